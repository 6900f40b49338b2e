import type { Operation } from "../../checkers/history.ts";

/** Codes that decline an operation for what is stored: they answer it. */
const DECLINES: ReadonlySet<string> = new Set(["mismatch", "overdrawn", "out-of-range"]);

/** Whether an operation got what a sound store would have told it: it was done, or declined for what is stored. */
export function isAnswered({ outcome, error }: Pick<Operation, "outcome" | "error">): boolean {
  return outcome === "ok" || (outcome === "fail" && error !== undefined && DECLINES.has(error));
}
