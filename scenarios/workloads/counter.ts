import type { RandomStream } from "../../host/random.ts";
import type { ClientPlan } from "../plan.ts";
import { drawn, keyName, planTogether, type ClientsOptions, type Range } from "./draw.ts";

export interface CounterOptions extends ClientsOptions {
  readonly keys: number;
  /** What is added at once; negative for less. 0 is never added. */
  readonly delta: Range;
  /** One step in so many is a read. */
  readonly readOneIn: number;
}

/** Clients that add to a few counters and read them. */
export function counterClients(random: RandomStream, options: CounterOptions): ClientPlan[] {
  const { keys, delta, readOneIn } = options;
  return planTogether("counter", "counter", random, options, () => {
    const key = keyName(random.below(keys));
    if (random.below(readOneIn) === 0) return { op: "read-counter", key };
    return { op: "increment", key, delta: drawn(random, delta) || 1 };
  });
}
