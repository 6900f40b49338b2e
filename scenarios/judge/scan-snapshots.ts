import type { HistoryValue, Operation } from "../../checkers/history.ts";
import { classifySnapshots, type ClassifiedRead } from "../../checkers/snapshot-reads.ts";

/**
 * What each scan of registers was, held against the order of writes that the system told.
 *
 * @param registers what was done to registers, with each scan in its place as reads of all that it looked at: see
 *   `withScansAsReads`
 * @param operations all of the history
 */
export function scanSnapshots(registers: readonly Operation[], operations: readonly Operation[]): ClassifiedRead[] {
  const scans = new Map<number, Map<string, HistoryValue>>();
  for (const { f, index, key = "", value = null } of registers) {
    if (f !== "read" || operations[index]?.f !== "scan") continue;
    const found = scans.get(index);
    if (found === undefined) scans.set(index, new Map([[key, value]]));
    else found.set(key, value);
  }
  const reads = [...scans].map(([index, found]) => ({ read: operations[index] as Operation, found }));
  return classifySnapshots(registers, reads);
}
