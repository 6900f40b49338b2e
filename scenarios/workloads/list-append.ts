import type { RandomStream } from "../../host/random.ts";
import type { TransactionStep } from "../../topologies/operation.ts";
import type { ClientPlan } from "../plan.ts";
import { drawn, planTogether, type ClientsOptions, type Range } from "./draw.ts";

export interface ListAppendOptions extends ClientsOptions {
  /** Lists in use at the same time. */
  readonly keys: number;
  /** Steps of a transaction. */
  readonly length: Range;
  /** One transaction in so many only reads, and so may be asked of a replica; 0 for none but by chance. */
  readonly readOneIn: number;
  /** Appends after which a list makes place for a new one, so that none grows for ever. */
  readonly appendsPerKey: number;
}

/**
 * Clients whose transactions append to lists and read them, as Jepsen's list-append workload does (Kingsbury and Alvaro,
 * Elle, 2020). An element is appended to its list once, so that a list tells the order of its appends.
 */
export function listAppendClients(random: RandomStream, options: ListAppendOptions): ClientPlan[] {
  const { keys, length, readOneIn, appendsPerKey } = options;
  let lists = keys;
  const inUse = Array.from({ length: keys }, (_, index) => ({ name: `l${index}`, appends: 0 }));
  const append = (slot: number): TransactionStep => {
    const list = inUse[slot] as { name: string; appends: number };
    const step = ["append", list.name, ++list.appends] as const;
    if (list.appends >= appendsPerKey) inUse[slot] = { name: `l${lists++}`, appends: 0 };
    return step;
  };
  return planTogether("list", "list-append", random, options, () => {
    const only = readOneIn > 0 && random.below(readOneIn) === 0;
    const steps = Array.from({ length: drawn(random, length) }, (): TransactionStep => {
      const slot = random.below(keys);
      const reads = random.chance(1, 2);
      return only || reads ? ["r", inUse[slot]?.name ?? ""] : append(slot);
    });
    return { op: "txn", steps };
  });
}
