import type { Operation } from "./history.ts";
import { isAnswer, isChange, leftBy, registersOf } from "./registers.ts";

/** A read that returned what nobody ever wrote to that key: wrong data, whatever the consistency. */
export interface ForeignValue {
  readonly read: Operation;
}

/**
 * Finds reads of values that were never written to their key, or whose write was known to have failed. A read may see a
 * write that was still open when it began, but none that was invoked after it completed.
 */
export function foreignValues(operations: readonly Operation[]): ForeignValue[] {
  const found: ForeignValue[] = [];
  for (const same of registersOf(operations).values()) {
    const written = new Map<string, number>();
    for (const operation of same) {
      const left = isChange(operation) ? leftBy(operation) : null;
      if (typeof left !== "string") continue;
      const earliest = written.get(left);
      if (earliest === undefined || operation.invoked < earliest) written.set(left, operation.invoked);
    }
    for (const read of same) {
      if (!isAnswer(read) || typeof read.value !== "string") continue;
      const since = written.get(read.value);
      if (since === undefined || since > read.completed) found.push({ read });
    }
  }
  return found.sort((a, b) => a.read.index - b.read.index);
}
