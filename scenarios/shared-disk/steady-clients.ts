import type { RandomStream } from "../../host/random.ts";
import { SECOND, type Duration } from "../../host/time.ts";
import type { ReadTarget } from "../../topologies/topology.ts";
import type { ClientPlan, ClientStep } from "../plan.ts";
import { drawTarget, keyName } from "../workloads/draw.ts";

/** Steps of one client: few, since one that waits for an answer asks nothing else meanwhile. */
const STEPS = 4;

export interface SteadyOptions {
  /** Over what time they ask. */
  readonly span: Duration;
  /** How much is asked each second. */
  readonly writes: number;
  readonly reads: number;
  readonly readFrom: ReadTarget["role"];
  /** When the first of those who read may begin; they are at it for the same span. Default at once. */
  readonly readsBegin?: Duration;
  readonly keys: number;
}

/**
 * So many clients that about as much is asked while nobody answers as at any other time: what share of it is answered is then
 * the share of time in which somebody did.
 */
export function steadyClients(random: RandomStream, options: SteadyOptions): ClientPlan[] {
  const { span, writes, reads, readFrom, readsBegin = 0, keys } = options;
  const pause = Math.floor((2 * span) / STEPS);
  const clients = (
    kind: string,
    perSecond: number,
    begin: Duration,
    step: (name: string, at: number) => Omit<ClientStep, "wait">,
  ) =>
    Array.from({ length: Math.ceil((perSecond * span) / (STEPS * SECOND)) }, (_, index): ClientPlan => {
      const name = `${kind}-${index + 1}`;
      const steps = Array.from({ length: STEPS }, (_each, at) => ({
        wait: random.below(pause) + (at === 0 ? begin : 0),
        ...step(name, at + 1),
      }));
      return { name, workload: "register", steps };
    });
  return [
    ...clients("writer", writes, 0, (name, at) => ({
      operation: { op: "write", key: keyName(random.below(keys)), value: `${name}-${at}`, bytes: 100 },
    })),
    ...clients("reader", reads, readsBegin, () => ({
      operation: { op: "read", key: keyName(random.below(keys)) },
      target: drawTarget(random, readFrom),
    })),
  ];
}
