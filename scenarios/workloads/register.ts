import type { RandomStream } from "../../host/random.ts";
import type { Duration } from "../../host/time.ts";
import type { ClientPlan, ClientStep } from "../plan.ts";
import { drawn, drawTarget, keyName, planTogether, type ClientsOptions, type Range, type ReadRole } from "./draw.ts";

export interface WriterOptions {
  readonly keys: number;
  readonly steps: number;
  /** Pause before each step, in nanoseconds. */
  readonly pause: Range;
  /** Size of a value. */
  readonly bytes: Range;
  /** One step in so many is a deletion; 0 for none. */
  readonly deleteOneIn: number;
}

/** A client that overwrites a few keys in random order. Every value is new, so that a read tells which write it saw. */
export function writer(name: string, random: RandomStream, options: WriterOptions): ClientPlan {
  const steps: ClientStep[] = [];
  for (let step = 1; step <= options.steps; step++) {
    const wait = drawn(random, options.pause);
    const key = keyName(random.below(options.keys));
    const bytes = drawn(random, options.bytes);
    const remove = options.deleteOneIn > 0 && random.below(options.deleteOneIn) === 0;
    if (remove) steps.push({ wait, operation: { op: "delete", key } });
    else steps.push({ wait, operation: { op: "write", key, value: `${name}-${step}`, bytes } });
  }
  return { name, workload: "register", steps };
}

export interface ReaderOptions {
  readonly keys: number;
  readonly steps: number;
  readonly pause: Range;
  /** Default a replica. */
  readonly readFrom?: ReadRole;
}

/** A client that reads the same keys in random order, each time from a replica drawn anew. */
export function reader(name: string, random: RandomStream, options: ReaderOptions): ClientPlan {
  const { keys, pause, readFrom = "replica" } = options;
  const steps: ClientStep[] = [];
  for (let step = 0; step < options.steps; step++) {
    const wait: Duration = drawn(random, pause);
    const key = keyName(random.below(keys));
    steps.push({ wait, operation: { op: "read", key }, target: drawTarget(random, readFrom) });
  }
  return { name, workload: "register", steps };
}

/** How often each operation is drawn, in relation to the others. */
export interface RegisterWeights {
  readonly read: number;
  readonly write: number;
  readonly delete: number;
}

export const READS_ALONE: RegisterWeights = { read: 1, write: 0, delete: 0 };
export const WRITES_ALONE: RegisterWeights = { read: 0, write: 1, delete: 0 };

export interface RegisterOptions extends ClientsOptions {
  readonly keys: number;
  /** Size of a value. */
  readonly bytes: Range;
  readonly weights: RegisterWeights;
}

/** Clients that each read, overwrite and delete a few keys in random order. Every value is new. */
export function registerClients(random: RandomStream, options: RegisterOptions): ClientPlan[] {
  const { keys, bytes, weights } = options;
  return planTogether("register", "register", random, options, (client, step) => {
    const key = keyName(random.below(keys));
    const draw = random.below(weights.read + weights.write + weights.delete);
    if (draw < weights.read) return { op: "read", key };
    if (draw < weights.read + weights.delete) return { op: "delete", key };
    return { op: "write", key, value: `${client}-${step}`, bytes: drawn(random, bytes) };
  });
}
