import type { Message } from "./message.ts";

/**
 * Why one operation must come after another. "ww", "wr" and "rw": it overwrote, read or was missed by the other (Adya,
 * "Weak Consistency", 1999, section 3.1); "process": one process did both in turn; "realtime": one had completed before the
 * other was invoked.
 */
export type Relation = "ww" | "wr" | "rw" | "process" | "realtime";

/** A step of a cycle: `to` must come after `from`. Operations by index. */
export interface CycleStep {
  readonly from: number;
  readonly to: number;
  readonly relation: Relation;
  /** The key that both touched; undefined of "process" and "realtime". */
  readonly key: string | undefined;
  /** What shows it, in one sentence. */
  readonly message: Message;
}

/** A cycle on one line, such as "T1 → rw T4 → wr T1"; the numbers are indices of operations. */
export function describeCycle(steps: readonly CycleStep[]): string {
  const [first] = steps;
  if (first === undefined) return "";
  return `T${first.from}${steps.map(({ relation, to }) => ` → ${relation} T${to}`).join("")}`;
}
