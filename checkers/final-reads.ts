import type { Operation } from "./history.ts";
import { isAnswer, isChange } from "./registers.ts";

/** Which reads count as those of the end. */
export interface FinalOptions {
  /** Reads invoked before this time do not; in nanoseconds. Unless given, all do that began after the last change ended. */
  readonly since?: number | undefined;
}

/**
 * The reads of one register that began after every change of it had ended, in order of invocation. Changes of which nobody
 * knows whether they happened never end, and count for nothing here.
 */
export function finalReads(register: readonly Operation[], { since = -Infinity }: FinalOptions): Operation[] {
  let ended = -Infinity;
  for (const change of register) if (isChange(change) && change.outcome === "ok") ended = Math.max(ended, change.end);
  return register.filter((read) => isAnswer(read) && read.start > ended && read.invoked >= since);
}
