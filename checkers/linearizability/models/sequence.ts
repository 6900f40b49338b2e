import type { HistoryValue, Operation } from "../../history.ts";
import { InternedMachine } from "../interned-machine.ts";
import { ILLEGAL, NEVER } from "../machine.ts";
import { ModelError, type Model, type ModelFactory, type Subject } from "../model.ts";
import { TransitionTable, UNSEEN } from "../transition-table.ts";
import { isList, ValueTable } from "../value-table.ts";
import { unknownFunction, valueOf } from "./operations.ts";

/** What a queue and a stack have in common: values are put in, and taken out one at a time. */
export function sequenceModel(
  name: "queue" | "stack",
  insert: string,
  remove: string,
  init: Parameters<ModelFactory>[0] = [],
): Model {
  if (!isList(init)) throw new ModelError(name, undefined, "the initial value must be a list");
  const machine = new SequenceMachine(name === "queue", insert);
  return {
    name,
    check(operation) {
      if (operation.f === insert) valueOf(name, operation);
      else if (operation.f !== remove) throw unknownFunction(name, operation, [insert, remove]);
    },
    observes: () => false,
    valuesOf: () => ({
      initial: init,
      brings: ({ f, value }) => (f === insert && value !== undefined ? [value] : []),
      needs: ({ f, value }) => (f === remove && value !== undefined && value !== null ? [value] : []),
      takes: ({ f }) => f === remove,
    }),
    machineOf(subject) {
      machine.load(subject, init);
      return machine;
    },
  };
}

interface SequenceKind {
  readonly does: "insert" | "remove" | "find-empty" | "remove-any";
  /** What is put in or taken out. */
  readonly item: number;
}

/** The number of the empty sequence. */
const EMPTY = 0;

/**
 * A sequence as a list of cells: the number of an item, and of the sequence behind it. Equal sequences have equal numbers. Of
 * a queue, the oldest stands in front; of a stack, the newest.
 */
class SequenceMachine extends InternedMachine<SequenceKind> {
  private readonly items = new ValueTable();
  private readonly cells = new TransitionTable();
  private readonly heads: number[] = [];
  private readonly tails: number[] = [];
  private operations: readonly Operation[] = [];
  private first: readonly HistoryValue[] = [];
  /** By item: between which positions its only removal took effect, where it is put in and taken out at most once. */
  private removedFrom: number[] = [];
  private removedUntil: number[] = [];
  /** The number of all items that nobody is known to have taken out: to the others they are the same. */
  private kept = 0;
  private outOfNothing = false;
  /** By item: 1 if it is put in once, and certainly removed, once. */
  private once = new Uint8Array(0);
  private required = 0;
  /** How many removals there may have been of which nobody knows what they removed. */
  private unknownRemoves = 0;
  private readonly fifo: boolean;
  private readonly insert: string;

  constructor(fifo: boolean, insert: string) {
    super();
    this.fifo = fifo;
    this.insert = insert;
  }

  load({ operations, required }: Subject, init: readonly HistoryValue[]): void {
    this.reset(operations.length);
    this.items.clear();
    this.cells.clear();
    this.heads.length = 0;
    this.tails.length = 0;
    this.heads.push(-1);
    this.tails.push(-1);
    this.operations = operations;
    this.first = init;
    for (const { f, value, outcome } of operations) {
      if (f !== this.insert && outcome !== "info" && value !== undefined && value !== null) this.items.idOf(value);
    }
    this.kept = this.items.size;
    for (const [at, operation] of operations.entries()) this.assignKind(at, operation);
    const initial = init.map((value) => this.itemOf(value));
    this.findRemovals(operations, required, initial);
    this.initial = EMPTY;
    for (const item of this.fifo ? initial.toReversed() : initial) this.initial = this.cell(item, this.initial);
  }

  override impossible(): boolean {
    return this.outOfNothing;
  }

  /**
   * The removal of the item at the end where removals take place, which is nowhere else and is removed once: until then nothing
   * else can be removed there, nor can the sequence be found empty, and what is put in meanwhile is put in as well after it.
   *
   * An insert whose item can be removed at once, with that removal: in any order the two can be left out of where they stand,
   * since what happens between them neither removes that item nor looks at it, and put to the front.
   *
   * The removal by somebody unknown, from a queue, of an item that nobody else removed: it is in the way of all others.
   */
  override settles(state: number, operation: number, bound: number): boolean {
    const { does, item } = this.kinds[this.kindOf[operation] as number] as SequenceKind;
    if (does === "remove-any") return this.fifo && this.heads[state] === this.kept;
    if (item < 0 || this.once[item] !== 1) return false;
    if (does === "remove") return operation < this.required;
    return does === "insert" && (state === EMPTY || !this.fifo) && (this.removedFrom[item] as number) <= bound;
  }

  describe(order: readonly number[]): HistoryValue {
    const values = [...this.first];
    for (const at of order) {
      const operation = this.operations[at];
      if (operation?.f === this.insert) values.push(operation.value ?? null);
      else if (this.fifo) values.shift();
      else values.pop();
    }
    return values;
  }

  protected override work(state: number, { does, item }: SequenceKind): number {
    switch (does) {
      case "find-empty":
        return state === EMPTY ? EMPTY : ILLEGAL;
      case "remove-any":
        // Not an item of which it is known who removed it.
        if (this.once[this.heads[state] as number] === 1) return ILLEGAL;
        return state === EMPTY ? EMPTY : (this.tails[state] as number);
      case "remove":
        return state !== EMPTY && this.heads[state] === item ? (this.tails[state] as number) : ILLEGAL;
      case "insert":
        return this.fifo ? this.append(state, item) : this.push(state, item);
    }
  }

  protected override stateBytes(): number {
    return this.cells.bytes + 16 * this.heads.length;
  }

  private itemOf(value: HistoryValue): number {
    return this.items.find(value) ?? this.kept;
  }

  private assignKind(at: number, { f, value, outcome }: Operation): void {
    if (f === this.insert) {
      const item = this.itemOf(value ?? null);
      this.assign(at, 2 * item, false, () => ({ does: "insert", item }));
      // What nobody is known to take out of a queue is in the way of what comes after: the later it is put in, the better. If
      // somebody unknown did take it out, that may have been later too.
      if (this.fifo && item === this.kept) this.lazy[this.kindOf[at] as number] = 1;
    } else if (outcome === "info") {
      this.assign(at, "remove-any", false, () => ({ does: "remove-any", item: -1 }));
    } else if (value === null || value === undefined) {
      this.assign(at, "find-empty", true, () => ({ does: "find-empty", item: -1 }));
    } else {
      const item = this.itemOf(value);
      this.assign(at, 2 * item + 1, false, () => ({ does: "remove", item }));
    }
  }

  /**
   * Of an item that is put in once and taken out once, it is known when: no order need be tried in which it stands in the way
   * of another that was taken out before.
   */
  private findRemovals(operations: readonly Operation[], required: number, initial: readonly number[]): void {
    const count = this.kept + 1;
    const inserts = new Int32Array(count);
    const removes = new Int32Array(count);
    const certainRemoves = new Int32Array(count);
    const from = new Array<number>(count).fill(NEVER);
    const until = new Array<number>(count).fill(NEVER);
    let unknownRemoves = 0;
    for (const item of initial) inserts[item] = (inserts[item] as number) + 1;
    for (const [at, { start, end }] of operations.entries()) {
      const { does, item } = this.kinds[this.kindOf[at] as number] as SequenceKind;
      if (does === "insert") inserts[item] = (inserts[item] as number) + 1;
      if (does === "remove-any") unknownRemoves++;
      if (does !== "remove") continue;
      removes[item] = (removes[item] as number) + 1;
      from[item] = start;
      if (at >= required) continue;
      until[item] = end;
      certainRemoves[item] = (certainRemoves[item] as number) + 1;
    }
    this.required = required;
    this.unknownRemoves = unknownRemoves;
    this.once = Uint8Array.from(inserts, (put, item) =>
      put === 1 && removes[item] === 1 && certainRemoves[item] === 1 ? 1 : 0,
    );
    this.outOfNothing = certainRemoves.some((removed, item) => removed > (inserts[item] as number));
    for (let item = 0; item < count; item++) {
      const certain = item === this.kept || ((inserts[item] as number) <= 1 && (removes[item] as number) <= 1);
      if (!certain || (removes[item] === 0 && unknownRemoves > 0)) {
        from[item] = -1;
        until[item] = NEVER;
      }
    }
    this.removedFrom = from;
    this.removedUntil = until;
    if (this.fifo) this.lineUp(operations, required);
  }

  /**
   * What a queue gives out first was put in first: so inserts have a second place in time, that of their removals. What was
   * found empty had given out by then what was put in before, and nothing that was put in after.
   */
  private lineUp(operations: readonly Operation[], required: number): void {
    const from = new Int32Array(operations.length).fill(-1);
    const until = new Int32Array(operations.length).fill(NEVER);
    for (const [at, { start, end }] of operations.entries()) {
      const { does, item } = this.kinds[this.kindOf[at] as number] as SequenceKind;
      if (does === "insert") {
        from[at] = this.removedFrom[item] as number;
        until[at] = this.removedUntil[item] as number;
      } else if (does === "find-empty" && at < required) {
        from[at] = start;
        until[at] = end;
      }
    }
    this.secondLine = { from, until };
  }

  private push(state: number, item: number): number {
    const from = this.removedFrom[item] as number;
    // Items that must leave before what lies below them, and can do so only by removals of unknown outcome.
    let above = 0;
    let inTheWay = 0;
    if (item === this.kept) above++;
    for (let at = state; at !== EMPTY; at = this.tails[at] as number) {
      const below = this.heads[at] as number;
      if ((this.removedUntil[below] as number) < from) return ILLEGAL;
      if (below === this.kept) above++;
      else if (this.once[below] === 1) inTheWay = above;
    }
    if (inTheWay > this.unknownRemoves) return ILLEGAL;
    return this.cell(item, state);
  }

  private append(state: number, item: number): number {
    const items: number[] = [];
    // Items that must leave first, and can do so only by removals of unknown outcome.
    let inTheWay = 0;
    for (let at = state; at !== EMPTY; at = this.tails[at] as number) {
      const before = this.heads[at] as number;
      items.push(before);
      if (before === this.kept) inTheWay++;
    }
    if (inTheWay > this.unknownRemoves && this.once[item] === 1) return ILLEGAL;
    let copy = this.cell(item, EMPTY);
    for (let at = items.length - 1; at >= 0; at--) {
      if ((this.removedUntil[item] as number) < (this.removedFrom[items[at] as number] as number)) return ILLEGAL;
      copy = this.cell(items[at] as number, copy);
    }
    return copy;
  }

  private cell(head: number, tail: number): number {
    const known = this.cells.get(tail, head);
    if (known !== UNSEEN) return known;
    const cell = this.heads.push(head) - 1;
    this.tails.push(tail);
    this.cells.add(tail, head, cell);
    return cell;
  }
}
