import { finalReads, type FinalOptions } from "./final-reads.ts";
import type { HistoryValue, Operation } from "./history.ts";
import { Origins } from "./origins.ts";
import { isChange, registersOf } from "./registers.ts";

export interface LostWritesOptions extends FinalOptions {
  /** What every register holds before its first write; null unless given. */
  readonly initial?: HistoryValue | undefined;
}

/**
 * The acknowledged changes of registers that were certainly newer than anything a final read found: how much was lost, where
 * durability asks only whether the newest was. What was concurrent with what was found, or is newer than what is lost, is
 * not among them; of a register without a final read nothing is.
 *
 * @returns in order of invocation
 */
export function lostWrites(operations: readonly Operation[], options: LostWritesOptions = {}): Operation[] {
  const lost: Operation[] = [];
  for (const register of registersOf(operations).values()) {
    const reads = finalReads(register, options);
    if (reads.length === 0) continue;
    const origins = new Origins(register, options.initial ?? null);
    // What nobody wrote is as good as nothing: what was acknowledged is not there.
    const found = reads.reduce((latest, read) => Math.max(latest, origins.of(read)?.end ?? -Infinity), -Infinity);
    lost.push(...register.filter((change) => isChange(change) && change.outcome === "ok" && change.start > found));
  }
  return lost.sort((a, b) => a.index - b.index);
}
