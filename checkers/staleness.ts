import { byKey, type Operation } from "./history.ts";
import { changesRegister, valueLeft } from "./register-change.ts";

/** A read of something that had been overwritten, and acknowledged as such, long before the read began. */
export interface StaleRead {
  readonly read: Operation;
  /** The earliest acknowledged operation that had replaced what was read. */
  readonly overwrittenBy: Operation;
  /** How long it had been acknowledged when the read began, in nanoseconds. */
  readonly age: number;
}

/**
 * Finds reads that were stale by more than `bound` nanoseconds, 0 for none at all. Each value may be written only once to
 * its key. What was concurrent is given the benefit of the doubt, so that every finding is certain.
 */
export function staleReads(operations: readonly Operation[], bound: number): StaleRead[] {
  const found: StaleRead[] = [];
  for (const same of byKey(operations).values()) {
    const changes = same.filter((operation) => changesRegister(operation) && operation.outcome !== "fail");
    const acknowledged = changes.filter((change) => change.outcome === "ok").sort((a, b) => a.completed - b.completed);
    for (const read of same) {
      if (read.f !== "read" || read.outcome !== "ok") continue;
      const overwrittenBy = acknowledged.find(
        (change) => change.completed + bound < read.invoked && mustFollowAllOrigins(change, read, changes),
      );
      if (overwrittenBy !== undefined) {
        found.push({ read, overwrittenBy, age: read.invoked - overwrittenBy.completed });
      }
    }
  }
  return found.sort((a, b) => a.read.index - b.read.index);
}

/** Whether `change` certainly came after everything that could have left what was read. */
function mustFollowAllOrigins(change: Operation, read: Operation, changes: readonly Operation[]): boolean {
  for (const origin of changes) {
    if (valueLeft(origin) !== read.value) continue;
    if (origin === change || origin.completed >= change.invoked) return false;
  }
  // With no origin at all, what was read is the absence of a value before the first write (or wrong data, which is
  // another checker's matter).
  return true;
}
