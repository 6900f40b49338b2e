import { byKey, type HistoryValue, type Operation } from "./history.ts";
import { identityOf, isList, type Identity } from "./identity.ts";

/**
 * The registers of a history, by key: what was done to each, in order of invocation. A register is a key that is only
 * read, written, deleted, and compared and set: where other functions change a key too, what a read should give is not theirs to tell.
 * Operations without a key stand under "".
 */
export function registersOf(operations: readonly Operation[]): Map<string, Operation[]> {
  const registers = byKey(operations);
  for (const [key, same] of registers) {
    if (!same.every(({ f }) => f === "read" || CHANGES.has(f))) registers.delete(key);
  }
  return registers;
}

/** What changes a register. A compare-and-set that was not refused leaves the second of its two values. */
const CHANGES: ReadonlySet<string> = new Set(["write", "delete", "cas"]);

/** Whether it may have changed its register: one of its functions that is not known to have failed. */
export function isChange({ f, outcome }: Operation): boolean {
  return CHANGES.has(f) && outcome !== "fail";
}

/** Whether it is a read with an answer. */
export function isAnswer({ f, outcome }: Operation): boolean {
  return f === "read" && outcome === "ok";
}

/** What a change leaves in its register: null after a delete. */
export function leftBy({ f, value }: Operation): HistoryValue {
  if (f === "delete") return null;
  return (f === "cas" && isList(value) ? value[1] : value) ?? null;
}

/** What a read saw, or a change left, as a key for a Map. */
export function seenOf(operation: Operation): Identity {
  return identityOf(operation.f === "read" ? operation.value : leftBy(operation));
}

/** Of changes to one register, the last completion among those that left a value: Infinity while one is open. */
export function lastCompletions(changes: readonly Operation[]): Map<Identity, number> {
  const last = new Map<Identity, number>();
  for (const change of changes) {
    const value = seenOf(change);
    last.set(value, Math.max(last.get(value) ?? -Infinity, change.completed));
  }
  return last;
}
