/**
 * What clients saw, in Jepsen's terms: each operation is invoked, then ends as ok (it happened), fail (it did not) or info
 * (nobody knows; it may happen at any later time).
 */
export interface HistoryEntry {
  /** Who: a process does one operation at a time. */
  readonly process: number;
  readonly type: "invoke" | "ok" | "fail" | "info";
  readonly f: "read" | "write" | "delete";
  readonly key: string;
  /** Of a write: what is written. Of an ok read: what was read, null for "no value". Otherwise undefined. */
  readonly value: string | null | undefined;
  /** True time in nanoseconds. */
  readonly time: number;
  /** Why it failed, or why nobody knows: a short code, such as "table-missing". */
  readonly error?: string | undefined;
  /** Who answered. */
  readonly node?: string | undefined;
  /** Where in the order of writes the answer stands, when the system tells: a write's own position, a read's snapshot. */
  readonly position?: number | undefined;
}

/** An invocation with its completion. */
export interface Operation {
  /** Position of its invocation among the history's operations, from 0. */
  readonly index: number;
  readonly process: number;
  readonly f: HistoryEntry["f"];
  readonly key: string;
  /** As for {@link HistoryEntry.value}. */
  readonly value: string | null | undefined;
  readonly outcome: "ok" | "fail" | "info";
  readonly invoked: number;
  /** Infinity when the outcome is info: it may still happen. */
  readonly completed: number;
  readonly error: string | undefined;
  readonly node: string | undefined;
  readonly position: number | undefined;
}

/** A history that no run of clients can have produced. */
export class HistoryError extends Error {
  override readonly name = "HistoryError";
}

/**
 * Joins invocations with their completions. An invocation without one counts as info.
 *
 * @throws HistoryError when a process completes what it did not invoke, or invokes twice at once
 */
export function operationsOf(history: readonly HistoryEntry[]): Operation[] {
  const operations: Operation[] = [];
  const open = new Map<number, number>();
  for (const [at, entry] of history.entries()) {
    if (entry.type === "invoke") {
      if (open.has(entry.process)) {
        throw new HistoryError(`entry ${at}: process ${entry.process} invokes before its last operation completed`);
      }
      open.set(entry.process, operations.length);
      operations.push({
        index: operations.length,
        process: entry.process,
        f: entry.f,
        key: entry.key,
        value: entry.value,
        outcome: "info",
        invoked: entry.time,
        completed: Infinity,
        error: undefined,
        node: undefined,
        position: undefined,
      });
      continue;
    }
    const index = open.get(entry.process);
    const invocation = index === undefined ? undefined : operations[index];
    if (invocation === undefined || index === undefined) {
      throw new HistoryError(`entry ${at}: process ${entry.process} completes an operation that it did not invoke`);
    }
    open.delete(entry.process);
    operations[index] = {
      ...invocation,
      value: invocation.f === "read" && entry.type === "ok" ? (entry.value ?? null) : invocation.value,
      outcome: entry.type,
      completed: entry.type === "info" ? Infinity : entry.time,
      error: entry.error,
      node: entry.node,
      position: entry.position,
    };
  }
  return operations;
}

/** The operations on each key, in order of invocation. */
export function byKey(operations: readonly Operation[]): Map<string, Operation[]> {
  const keys = new Map<string, Operation[]>();
  for (const operation of operations) {
    const same = keys.get(operation.key);
    if (same === undefined) keys.set(operation.key, [operation]);
    else same.push(operation);
  }
  return keys;
}
