import type { HistoryValue } from "../history.ts";
import { ILLEGAL, type Machine } from "./machine.ts";
import { ValueTable } from "./value-table.ts";

/** In place of the number of a value: an operation does not care what was there, or leaves it there. */
const ANY = -1;

/** A register as its operations see it: each may need a value, and may leave one. The state is the number of the value. */
export interface RegisterOperation {
  /** The value that must be there, undefined for any. */
  readonly needs: HistoryValue | undefined;
  /** The value that it leaves, undefined for the one that was there. */
  readonly leaves: HistoryValue | undefined;
  /** Position of its invocation. */
  readonly start: number;
}

/**
 * A register with reads, writes and compare-and-set. It counts, for each value, what still needs it and what can still
 * provide it, and so sees early that a value was given up too soon.
 */
export class RegisterMachine implements Machine {
  initial = 0;
  kindOf = new Int32Array(16);
  eager = new Uint8Array(16);
  lazy = new Uint8Array(16);
  readonly secondLine = undefined;

  private readonly values = new ValueTable();
  private readonly kinds = new Map<number, number>();
  private kindCount = 0;
  private operations: readonly RegisterOperation[] = [];
  private required = 0;
  private initialValue: HistoryValue = null;
  // By kind.
  private needs = new Int32Array(16);
  private leaves = new Int32Array(16);
  // By value. What must happen and needs it: those that leave it, and those that give it up.
  private readers = new Int32Array(16);
  private departures = new Int32Array(16);
  /** By value: what may or must happen and leaves it where it was not needed. */
  private producers = new Int32Array(16);
  /** By value: what may happen and gives it up. */
  private takers = new Int32Array(16);
  /** By value: the last invocation of a reader. */
  private lastReader = new Int32Array(16);
  /** The number of all values that nothing needs: to the others they are the same. */
  private unread = 0;

  get bytes(): number {
    return 10 * this.kindOf.byteLength;
  }

  /** Begins anew with the operations of one subject, numbered in this order. */
  load(operations: readonly RegisterOperation[], required: number, initial: HistoryValue): void {
    this.values.clear();
    this.kinds.clear();
    this.kindCount = 0;
    this.operations = operations;
    this.required = required;
    this.initialValue = initial;
    this.reserve(operations.length + 2);
    for (const { needs } of operations) if (needs !== undefined) this.values.idOf(needs);
    const needed = this.values.size;
    this.unread = needed;
    this.readers.fill(0, 0, needed + 1);
    this.departures.fill(0, 0, needed + 1);
    this.producers.fill(0, 0, needed + 1);
    this.takers.fill(0, 0, needed + 1);
    this.lastReader.fill(-1, 0, needed + 1);
    this.initial = this.stateOf(initial);
    for (let operation = 0; operation < operations.length; operation++) {
      const { needs, leaves, start } = operations[operation] as RegisterOperation;
      const from = needs === undefined ? ANY : this.stateOf(needs);
      let to = leaves === undefined ? ANY : this.stateOf(leaves);
      if (from === to) to = ANY;
      this.kindOf[operation] = this.kindFor(from, to);
      this.count(operation, from, to, 1);
      if (operation < required && from !== ANY && to === ANY) {
        this.lastReader[from] = Math.max(this.lastReader[from] as number, start);
      }
      if (operation >= required && from !== ANY && to !== ANY) this.takers[from] = (this.takers[from] as number) + 1;
    }
  }

  step(state: number, kind: number): number {
    const needs = this.needs[kind] as number;
    if (needs !== ANY && needs !== state) return ILLEGAL;
    const leaves = this.leaves[kind] as number;
    return leaves === ANY ? state : leaves;
  }

  impossible(): boolean {
    for (let value = 0; value < this.unread; value++) {
      const visits = (this.producers[value] as number) + (value === this.initial ? 1 : 0);
      if (visits < (this.departures[value] as number) || (visits === 0 && (this.readers[value] as number) > 0))
        return true;
    }
    return false;
  }

  /**
   * A write that alone provides its value, with all that reads the value, can be moved to the front of any order as one
   * block, when nothing that remains needs the present value: in that order the block stands before another write, or at the
   * end, so that nothing misses it there; and here what follows it begins with a write too, before anything that needs a
   * certain value.
   */
  settles(state: number, operation: number, bound: number): boolean {
    if (operation >= this.required) return false;
    const kind = this.kindOf[operation] as number;
    const value = this.leaves[kind] as number;
    if (this.needs[kind] !== ANY || value === ANY || this.isNeeded(state)) return false;
    if (value === this.unread) return true;
    if (this.producers[value] !== 1 || this.departures[value] !== 0 || this.takers[value] !== 0) return false;
    return this.readers[value] === 0 || (this.lastReader[value] as number) <= bound;
  }

  /**
   * Each compare-and-set from a value needs a visit of its own to that value, and all its readers at least one; each visit
   * needs something that provides the value.
   */
  hopeless(state: number, next: number, operation: number): boolean {
    if (next === state || state === this.unread) return false;
    const departs = this.needs[this.kindOf[operation] as number] === state && operation < this.required ? 1 : 0;
    const providers = this.producers[state] as number;
    if (providers < (this.departures[state] as number) - departs) return true;
    return providers === 0 && (this.readers[state] as number) > 0;
  }

  taken(operation: number): void {
    const kind = this.kindOf[operation] as number;
    this.count(operation, this.needs[kind] as number, this.leaves[kind] as number, -1);
  }

  returned(operation: number): void {
    const kind = this.kindOf[operation] as number;
    this.count(operation, this.needs[kind] as number, this.leaves[kind] as number, 1);
  }

  describe(order: readonly number[]): HistoryValue {
    for (let at = order.length - 1; at >= 0; at--) {
      const leaves = this.operations[order[at] as number]?.leaves;
      if (leaves !== undefined) return leaves;
    }
    return this.initialValue;
  }

  private isNeeded(value: number): boolean {
    return this.readers[value] !== 0 || this.departures[value] !== 0 || this.takers[value] !== 0;
  }

  private count(operation: number, from: number, to: number, change: number): void {
    if (to === ANY) {
      if (from !== ANY && operation < this.required) this.readers[from] = (this.readers[from] as number) + change;
      return;
    }
    this.producers[to] = (this.producers[to] as number) + change;
    if (from !== ANY && operation < this.required) this.departures[from] = (this.departures[from] as number) + change;
  }

  private stateOf(value: HistoryValue): number {
    return this.values.find(value) ?? this.unread;
  }

  private kindFor(from: number, to: number): number {
    const pair = (from + 1) * (this.unread + 3) + to + 1;
    const known = this.kinds.get(pair);
    if (known !== undefined) return known;
    const kind = this.kindCount++;
    this.kinds.set(pair, kind);
    this.needs[kind] = from;
    this.leaves[kind] = to;
    this.eager[kind] = to === ANY ? 1 : 0;
    return kind;
  }

  private reserve(size: number): void {
    if (this.kindOf.length >= size) return;
    const room = 2 * size;
    this.kindOf = new Int32Array(room);
    this.eager = new Uint8Array(room);
    this.lazy = new Uint8Array(room);
    this.needs = new Int32Array(room);
    this.leaves = new Int32Array(room);
    this.readers = new Int32Array(room);
    this.departures = new Int32Array(room);
    this.producers = new Int32Array(room);
    this.takers = new Int32Array(room);
    this.lastReader = new Int32Array(room);
  }
}
