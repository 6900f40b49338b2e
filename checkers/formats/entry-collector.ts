import { HistoryError, OperationJoiner, type HistoryValue, type Operation } from "../history.ts";
import { HistoryFormatError } from "./format-error.ts";
import { keyText, operationRecord, type OperationRecord } from "./operation-record.ts";

/** What the entries of a history come to. */
export interface CollectedHistory {
  readonly operations: Operation[];
  /** How many processes did them. */
  readonly clients: number;
  /** Where processes have names: those, by the numbers that they were given. */
  readonly names: readonly string[];
  /** Whether it tells times; otherwise a time is the position of an entry. */
  readonly timed: boolean;
  /** For each entry of a client, the line on which it begins. */
  readonly lines: readonly number[];
  /** Entries of processes that are no clients, such as the nemesis, which were left out. */
  readonly ignored: number;
  /** The first line whose time is before that of the line above; the order of lines is what counts. */
  readonly outOfOrder: number | undefined;
}

/** Takes what a history says, entry by entry, tells clients from others, and joins what clients did. */
export class EntryCollector {
  private readonly keyed: boolean;
  private joiner = new OperationJoiner();
  private lines: number[] = [];
  private readonly numbers = new Set<number>();
  /** Numbers of processes that have names. */
  private readonly names = new Map<string, number>();
  /** Entries of processes that have names. */
  private named = 0;
  /** What was wrong with processes that have names, if they are clients at all. */
  private namesAreWrong: HistoryFormatError | undefined;
  /** One text for each key, function and node, however often it stands in the file. */
  private readonly texts = new Map<string, string>();
  private timed: boolean | undefined;
  private ignored = 0;
  private lastTime = -Infinity;
  private outOfOrder: number | undefined;

  constructor(keyed: boolean) {
    this.keyed = keyed;
  }

  get size(): number {
    return this.joiner.operations.length;
  }

  /**
   * Clients have numbers; then what has a name is something else, as with Jepsen. Where nobody has a number, clients have
   * names. Which it is may show late.
   */
  add(data: unknown, line: number): void {
    const record = operationRecord(data, line);
    const { process } = record;
    if (process === null || process === "nemesis") {
      this.ignored++;
    } else if (typeof process === "number") {
      if (this.names.size > 0 && this.numbers.size === 0) this.forgetNames();
      this.numbers.add(process);
      this.join(record, process, line);
    } else if (this.numbers.size > 0) {
      this.ignored++;
    } else {
      this.named++;
      if (this.namesAreWrong !== undefined) return;
      const number = this.names.get(process) ?? this.names.size;
      this.names.set(process, number);
      try {
        this.join(record, number, line);
      } catch (error) {
        if (!(error instanceof HistoryFormatError)) throw error;
        this.namesAreWrong = error;
      }
    }
  }

  /** @throws HistoryFormatError when the clients turned out to have names, and one of them did what none can */
  result(): CollectedHistory {
    if (this.namesAreWrong !== undefined) throw this.namesAreWrong;
    return {
      operations: this.joiner.operations,
      clients: this.numbers.size + this.names.size,
      names: [...this.names.keys()],
      timed: this.timed === true,
      lines: this.lines,
      ignored: this.ignored,
      outOfOrder: this.outOfOrder,
    };
  }

  private forgetNames(): void {
    this.ignored += this.named;
    this.names.clear();
    this.namesAreWrong = undefined;
    this.joiner = new OperationJoiner();
    this.lines = [];
    this.timed = undefined;
    this.lastTime = -Infinity;
    this.outOfOrder = undefined;
  }

  private join(record: OperationRecord, process: number, line: number): void {
    const { type, f, time, error, node, position } = record;
    this.timed ??= time !== undefined;
    if (this.timed !== (time !== undefined)) {
      throw new HistoryFormatError(line, `time is ${this.timed ? "missing here" : "given here"}, and not so before`);
    }
    if (time !== undefined) {
      if (time < this.lastTime) this.outOfOrder ??= line;
      this.lastTime = time;
    }
    if (!this.keyed && asksForPair(record)) {
      throw new HistoryFormatError(
        line,
        "the read asks for a pair of a key and nothing, as Jepsen's independent makes them: read the history with --keyed",
      );
    }
    const { key, value } = this.keyed ? this.pairOf(record, line) : record;
    const at = this.lines.push(line) - 1;
    try {
      this.joiner.add({
        process,
        type,
        f: this.shared(f),
        key: key === undefined ? undefined : this.shared(key),
        value,
        time: time ?? at,
        error,
        node: node === undefined ? undefined : this.shared(node),
        position,
      });
    } catch (wrong) {
      if (!(wrong instanceof HistoryError)) throw wrong;
      throw new HistoryFormatError(line, wrong.reason);
    }
  }

  private pairOf(
    { type, f, key, value }: OperationRecord,
    line: number,
  ): { readonly key: string | undefined; readonly value: OperationRecord["value"] } {
    if (Array.isArray(value) && value.length === 2) {
      const [first = null, second] = value as readonly HistoryValue[];
      return { key: keyText(first), value: second };
    }
    // What came of it is not known, and may be said in any way.
    if (type === "fail" || type === "info") return { key, value };
    throw new HistoryFormatError(line, `the value of ${f} is no pair of a key and a value, as --keyed would have it`);
  }

  private shared(text: string): string {
    const known = this.texts.get(text);
    if (known !== undefined) return known;
    this.texts.set(text, text);
    return text;
  }
}

/** Whether a read is invoked with [key nil]. Judged as one object, keys that are independent would seem to contradict each other. */
function asksForPair({ type, f, value }: OperationRecord): boolean {
  if (type !== "invoke" || f !== "read" || !Array.isArray(value) || value.length !== 2) return false;
  const [key, nothing] = value as readonly unknown[];
  return typeof key !== "object" && nothing === null;
}
