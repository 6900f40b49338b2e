import type { RandomStream } from "../host/random.ts";
import type { Duration } from "../host/time.ts";
import type { ClientPlan, ClientStep } from "./plan.ts";

/** A range from which a number is drawn, both ends included. */
export type Range = readonly [low: number, high: number];

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
}

/** A client that reads the same keys in random order, each time from a replica drawn anew. */
export function reader(name: string, random: RandomStream, options: ReaderOptions): ClientPlan {
  const steps: ClientStep[] = [];
  for (let step = 0; step < options.steps; step++) {
    const wait: Duration = drawn(random, options.pause);
    const key = keyName(random.below(options.keys));
    steps.push({ wait, operation: { op: "read", key }, target: { role: "replica", choice: random.below(60) } });
  }
  return { name, workload: "register", steps };
}

function drawn(random: RandomStream, [low, high]: Range): number {
  return random.between(low, high);
}

function keyName(index: number): string {
  return `k${String(index).padStart(2, "0")}`;
}
