import type { HistoryValue } from "../history.ts";
import { InternedMachine } from "./interned-machine.ts";
import { ILLEGAL } from "./machine.ts";

/** An operation on a value that can be appended to. Null stands for no value; appending to that begins a text. */
export interface TextOperation {
  readonly does: "read" | "write" | "append";
  /** What was read, written or appended; to append null changes nothing. */
  readonly text: string | null;
  /** Position of its invocation. */
  readonly start: number;
}

/** What is there after these operations. */
export function textAfter(
  operations: readonly TextOperation[],
  order: readonly number[],
  init: string | null,
): string | null {
  let text = init;
  for (const at of order) {
    const operation = operations[at];
    if (operation?.does === "write") text = operation.text;
    if (operation?.does === "append" && operation.text !== null) text = (text ?? "") + operation.text;
  }
  return text;
}

/** The state in which nothing that was read can be there, before the next write. */
const UNREAD = 0;
/** The state without a value. */
const NOTHING = 1;

/**
 * A text that is read, written and appended to. The states are the beginnings of texts that were read: a state is the first
 * of them, in order, that begins so, the last, and the length of the beginning. All others are one.
 */
export class TextMachine extends InternedMachine<TextOperation> {
  private operations: readonly TextOperation[] = [];
  private required = 0;
  private first: string | null = null;
  /** What was read, without repetition, in order of code units. */
  private texts: string[] = [];
  private readonly states = new Map<number, number>();
  private readonly from: number[] = [];
  private readonly to: number[] = [];
  private readonly lengths: number[] = [];
  private writes = 0;
  private reads = 0;

  load(operations: readonly TextOperation[], required: number, init: string | null): void {
    this.reset(operations.length);
    this.operations = operations;
    this.required = required;
    this.first = init;
    const read = new Set<string>();
    this.writes = 0;
    this.reads = 0;
    for (const { does, text } of operations) {
      if (does === "write") this.writes++;
      if (does !== "read") continue;
      this.reads++;
      if (text !== null) read.add(text);
    }
    this.texts = [...read].sort((a, b) => (a < b ? -1 : 1));
    this.states.clear();
    this.from.length = this.to.length = this.lengths.length = 2;
    this.from.fill(0);
    this.to.fill(0);
    this.lengths.fill(0);
    for (const [at, operation] of operations.entries()) this.assignKind(at, operation);
    this.initial = this.written(init);
  }

  /** Without a write to come, a text that nobody read stays one. */
  override hopeless(_state: number, next: number, operation: number): boolean {
    if (next !== UNREAD || this.reads === 0) return false;
    return this.writes - (this.operations[operation]?.does === "write" ? 1 : 0) === 0;
  }

  override taken(operation: number): void {
    this.count(operation, -1);
  }

  override returned(operation: number): void {
    this.count(operation, 1);
  }

  describe(order: readonly number[]): HistoryValue {
    return textAfter(this.operations, order, this.first);
  }

  protected override work(state: number, { does, text }: TextOperation): number {
    if (does === "write") return this.written(text);
    if (does === "append") return state === UNREAD || text === null ? state : this.appended(state, text);
    if (text === null) return state === NOTHING ? state : ILLEGAL;
    const there =
      state > NOTHING && this.lengths[state] === text.length && this.texts[this.from[state] as number] === text;
    return there ? state : ILLEGAL;
  }

  protected override stateBytes(): number {
    return 96 * this.lengths.length;
  }

  private assignKind(at: number, operation: TextOperation): void {
    const { does, text } = operation;
    if (does === "read") {
      this.assign(at, text === null ? "nothing" : `= ${text}`, true, () => operation);
    } else if (does === "write") {
      // All writes that nobody saw do the same.
      const unread = text === null ? false : this.written(text) === UNREAD;
      this.assign(at, unread ? "unread" : text === null ? "delete" : `w ${text}`, false, () => operation);
    } else {
      this.assign(at, text === null ? "nothing more" : `+ ${text}`, text === null, () => operation);
    }
  }

  private count(operation: number, change: number): void {
    const does = this.operations[operation]?.does;
    if (does === "write") this.writes += change;
    if (does === "read" && operation < this.required) this.reads += change;
  }

  private written(text: string | null): number {
    return text === null ? NOTHING : this.narrowed(0, this.texts.length, 0, text);
  }

  private appended(state: number, text: string): number {
    return state === NOTHING
      ? this.written(text)
      : this.narrowed(this.from[state] as number, this.to[state] as number, this.lengths[state] as number, text);
  }

  /** Of the texts in a range, which begin alike up to a length, those that go on with `more`. */
  private narrowed(from: number, to: number, length: number, more: string): number {
    const whole = length + more.length;
    const begin = this.search(from, to, (text) => text.slice(length, whole) < more);
    const end = this.search(begin, to, (text) => text.slice(length, whole) === more);
    if (begin === end) return UNREAD;
    const place = begin * 2 ** 32 + whole;
    const known = this.states.get(place);
    if (known !== undefined) return known;
    const state = this.lengths.push(whole) - 1;
    this.from.push(begin);
    this.to.push(end);
    this.states.set(place, state);
    return state;
  }

  /** The first place in the range of which the claim is not true; it is true up to there. */
  private search(from: number, to: number, claim: (text: string) => boolean): number {
    let low = from;
    let high = to;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (claim(this.texts[middle] as string)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
