import type { CycleStep } from "./cycle.ts";
import type { Message } from "./message.ts";

/** Something in a history that what was promised does not allow. */
export interface Violation {
  /** What it is called in the field: "nonlinearizable", "lost-update", "G-single"... */
  readonly kind: string;
  /** The operations it rests on, by index; the one to look at first stands first. */
  readonly operations: readonly number[];
  /** Which operations, when, and why they cannot be as promised, in one sentence. */
  readonly message: Message;
  /** Of operations that cannot be put in any order: why each must come after the one before, and the first after the last. */
  readonly cycle?: readonly CycleStep[] | undefined;
}

/** What a checker says of a history. */
export interface CheckResult {
  /** "unknown": a budget ended before there was an answer. A violation found is certain, whatever else is unknown. */
  readonly verdict: "valid" | "invalid" | "unknown";
  /** In order of the operations they rest on first. None unless the verdict is "invalid". */
  readonly violations: readonly Violation[];
  /** What ended before there was an answer; only of "unknown". */
  readonly unknown: Message | undefined;
}

/** A verdict that rests on violations alone. */
export function resultOf(violations: readonly Violation[]): CheckResult {
  return { verdict: violations.length === 0 ? "valid" : "invalid", violations, unknown: undefined };
}
