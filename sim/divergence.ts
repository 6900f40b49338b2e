import type { Step, StepLog } from "./step-log.ts";

/** Where two runs part: the first event that is not the same in both, or that only one of them has. */
export interface Divergence {
  readonly event: number;
  readonly left: Step | undefined;
  readonly right: Step | undefined;
}

/** Compares two finished runs event by event; undefined when they are the same to the last. */
export function firstDivergence(left: StepLog, right: StepLog): Divergence | undefined {
  const length = Math.max(left.length, right.length);
  for (let event = 1; event <= length; event++) {
    const a = left.step(event);
    const b = right.step(event);
    const same =
      a !== undefined &&
      b !== undefined &&
      a.digest === b.digest &&
      a.time === b.time &&
      a.kind === b.kind &&
      a.host === b.host &&
      a.task === b.task;
    if (!same) return { event, left: a, right: b };
  }
  return undefined;
}
