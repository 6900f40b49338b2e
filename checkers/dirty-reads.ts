import { finalReads, type FinalOptions } from "./final-reads.ts";
import type { HistoryValue, Operation } from "./history.ts";
import { Origins } from "./origins.ts";
import { isAnswer, registersOf } from "./registers.ts";

export interface DirtyReadsOptions extends FinalOptions {
  /** What every register holds before its first write; null unless given. */
  readonly initial?: HistoryValue | undefined;
}

/**
 * The reads that saw a change before it was acknowledged, and of which nothing is left in the end: what was read never came to
 * be. What was concurrent with what a final read found is given the benefit of the doubt; of a register without a final read
 * nothing is said.
 *
 * @returns in order of invocation
 */
export function dirtyReads(operations: readonly Operation[], options: DirtyReadsOptions = {}): Operation[] {
  const dirty: Operation[] = [];
  for (const register of registersOf(operations).values()) {
    const last = new Set(finalReads(register, options));
    if (last.size === 0) continue;
    const origins = new Origins(register, options.initial ?? null);
    const found = [...last].reduce((latest, read) => Math.max(latest, origins.of(read)?.end ?? -Infinity), -Infinity);
    for (const read of register) {
      if (!isAnswer(read) || last.has(read)) continue;
      const { change } = origins.of(read) ?? {};
      if (change === undefined || change.start <= found) continue;
      if (change.outcome !== "ok" || change.end > read.end) dirty.push(read);
    }
  }
  return dirty.sort((a, b) => a.index - b.index);
}
