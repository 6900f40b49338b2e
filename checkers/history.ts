/** What operations take and give: plain data, as JSON has it. */
export type HistoryValue =
  null | boolean | number | string | readonly HistoryValue[] | { readonly [name: string]: HistoryValue };

/**
 * What clients saw, in Jepsen's terms: each operation is invoked, then ends as ok (it happened), fail (it did not) or info
 * (nobody knows; it may happen at any later time).
 */
export interface HistoryEntry {
  /** Who: a process does one operation at a time. */
  readonly process: number;
  readonly type: "invoke" | "ok" | "fail" | "info";
  /** Which function, by Jepsen's name: "read", "write", "cas", "append", "txn"... */
  readonly f: string;
  /** Of a history over many keys, the one concerned; undefined where there is no key, or the value holds several. */
  readonly key: string | undefined;
  /**
   * Of an invocation: what it was called with. Of an ok completion: the same, with what was found out filled in, such as
   * the value that was read, null for "no value". undefined: nothing.
   */
  readonly value: HistoryValue | undefined;
  /** True time in nanoseconds; of a history that tells no times, the position of the entry. */
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
  readonly f: string;
  readonly key: string | undefined;
  /** What it was called with. */
  readonly input: HistoryValue | undefined;
  /** What it ended with when that is known, else what it was called with. A read that found nothing has null. */
  readonly value: HistoryValue | undefined;
  readonly outcome: "ok" | "fail" | "info";
  /** True time of the invocation. */
  readonly invoked: number;
  /** Infinity when the outcome is info: it may still happen. */
  readonly completed: number;
  /** Position of the invocation among the history's entries: what came before what, where two times are equal. */
  readonly start: number;
  /** Position of the completion; Infinity when the outcome is info. */
  readonly end: number;
  readonly error: string | undefined;
  readonly node: string | undefined;
  readonly position: number | undefined;
}

/** A history that no run of clients can have produced. */
export class HistoryError extends Error {
  override readonly name = "HistoryError";
  /** Position of the entry that makes no sense, among the history's entries. */
  readonly entry: number;
  /** What is wrong with it, without the place. */
  readonly reason: string;

  constructor(entry: number, reason: string) {
    super(`entry ${entry}: ${reason}`);
    this.entry = entry;
    this.reason = reason;
  }
}

/** Joins invocations with their completions, an entry at a time, so that a long history need not be kept twice. */
export class OperationJoiner {
  /** Those invoked so far, each with its completion if that came already. */
  readonly operations: Operation[] = [];
  /** Of each process that is in the middle of an operation, the index of that. */
  private readonly open = new Map<number, number>();
  private entries = 0;

  /** @throws HistoryError when a process completes what it did not invoke, or invokes twice at once */
  add(entry: HistoryEntry): void {
    const at = this.entries++;
    if (entry.type === "invoke") this.invoke(entry, at);
    else this.complete(entry, at);
  }

  private invoke({ process, f, key, value, time }: HistoryEntry, at: number): void {
    if (this.open.has(process)) {
      throw new HistoryError(
        at,
        `process ${process} invokes before its last operation completed; one that got no answer ends in info`,
      );
    }
    this.open.set(process, this.operations.length);
    this.operations.push({
      index: this.operations.length,
      process,
      f,
      key,
      input: value,
      value,
      outcome: "info",
      invoked: time,
      completed: Infinity,
      start: at,
      end: Infinity,
      error: undefined,
      node: undefined,
      position: undefined,
    });
  }

  private complete({ type, process, f, value, time, error, node, position }: HistoryEntry, at: number): void {
    const index = this.open.get(process);
    const invocation = index === undefined ? undefined : this.operations[index];
    if (type === "invoke" || invocation === undefined || index === undefined) {
      throw new HistoryError(at, `process ${process} completes an operation that it did not invoke`);
    }
    if (invocation.f !== f) {
      throw new HistoryError(at, `process ${process} completes ${f}, but invoked ${invocation.f}`);
    }
    this.open.delete(process);
    this.operations[index] = {
      ...invocation,
      value: type === "ok" ? (value ?? (f === "read" ? null : invocation.input)) : invocation.input,
      outcome: type,
      completed: type === "info" ? Infinity : time,
      end: type === "info" ? Infinity : at,
      error,
      node,
      position,
    };
  }
}

/**
 * Joins invocations with their completions. An invocation without one counts as info.
 *
 * @throws HistoryError when a process completes what it did not invoke, or invokes twice at once
 */
export function operationsOf(history: readonly HistoryEntry[]): Operation[] {
  const joiner = new OperationJoiner();
  for (const entry of history) joiner.add(entry);
  return joiner.operations;
}

/** The operations on each key, in order of invocation; those without a key stand under "". */
export function byKey(operations: readonly Operation[]): Map<string, Operation[]> {
  const keys = new Map<string, Operation[]>();
  for (const operation of operations) {
    const { key = "" } = operation;
    const same = keys.get(key);
    if (same === undefined) keys.set(key, [operation]);
    else same.push(operation);
  }
  return keys;
}
