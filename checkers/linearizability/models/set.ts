import type { HistoryValue, Operation } from "../../history.ts";
import { InternedMachine } from "../interned-machine.ts";
import { ILLEGAL, NEVER } from "../machine.ts";
import { ModelError, type ModelFactory, type Subject } from "../model.ts";
import { isList, ValueTable } from "../value-table.ts";
import { listOf, unknownFunction, valueOf } from "./operations.ts";

const FUNCTIONS = ["add", "read"];

/** `add` of one element, and `read` of the whole set as a list in any order. Empty at first, or holding the list `init`. */
export const setModel: ModelFactory = (init = []) => {
  if (!isList(init)) throw new ModelError("set", undefined, "the initial value must be a list");
  const machine = new SetMachine();
  return {
    name: "set",
    check(operation) {
      if (!FUNCTIONS.includes(operation.f)) throw unknownFunction("set", operation, FUNCTIONS);
      if (operation.f === "add") valueOf("set", operation);
      else if (operation.outcome === "ok") listOf("set", operation);
    },
    observes: ({ f }) => f === "read",
    select: selectAdds,
    valuesOf: () => ({
      initial: init,
      brings: ({ f, value }) => (f === "add" && value !== undefined ? [value] : []),
      needs: ({ f, value }) => (f === "read" && isList(value) ? value : []),
      tellsAll: ({ f }) => f === "read",
    }),
    machineOf(subject) {
      machine.load(subject, init);
      return machine;
    },
  };
};

/**
 * An add that may have happened is of use only when its element was read and no other add of it, certain or not, was
 * invoked before; then every order needs it or can have it.
 */
function selectAdds(required: readonly Operation[], optional: readonly Operation[]): Subject {
  if (optional.length === 0) return { operations: required, required: required.length };
  const table = new ValueTable();
  const seen = new Set<number>();
  const earliest = new Map<number, Operation>();
  for (const operation of required) {
    if (operation.f === "read")
      for (const element of operation.value as readonly HistoryValue[]) seen.add(table.idOf(element));
  }
  for (const operation of [...required, ...optional]) {
    if (operation.f === "read") continue;
    const element = table.idOf(operation.value as HistoryValue);
    const known = earliest.get(element);
    if (known === undefined || operation.start < known.start) earliest.set(element, operation);
  }
  const needed = optional.filter(({ value }, at) => {
    const element = table.idOf(value as HistoryValue);
    return seen.has(element) && earliest.get(element) === optional[at];
  });
  const operations = [...required, ...needed].sort((a, b) => a.start - b.start);
  return { operations, required: operations.length };
}

/** Whether an operation can ever be: a read can, unless it saw what nobody added, or another read saw neither less nor more. */
type SetKind = "possible" | "impossible";

/**
 * A set that only grows, whose every read tells all of it: the reads, from the smallest to the largest, tell which adds took
 * effect between them. That is a second line of time, on which each read and the add that first brought an element have one
 * place each. Any order that fits both lines will do, so that the search never has to choose, and one state is enough.
 */
class SetMachine extends InternedMachine<SetKind> {
  private operations: readonly Operation[] = [];
  private first: readonly HistoryValue[] = [];

  load({ operations }: Subject, init: readonly HistoryValue[]): void {
    this.reset(operations.length);
    this.operations = operations;
    this.first = init;
    const table = new ValueTable();
    const initial = new Set(init.map((value) => table.idOf(value)));
    const reads: { readonly at: number; readonly elements: ReadonlySet<number> }[] = [];
    const firstAdd = new Map<number, number>();
    for (const [at, { f, value, start }] of operations.entries()) {
      if (f === "read") {
        const elements = (value as readonly HistoryValue[]).map((element) => table.idOf(element));
        reads.push({ at, elements: new Set(elements) });
        continue;
      }
      const element = table.idOf(value as HistoryValue);
      const earlier = operations[firstAdd.get(element) ?? -1];
      if (earlier === undefined || start < earlier.start) firstAdd.set(element, at);
    }
    reads.sort((a, b) => a.elements.size - b.elements.size || a.at - b.at);

    const from = new Int32Array(operations.length);
    const until = new Int32Array(operations.length);
    const placeOf = new Map<number, number>();
    const impossible = new Set<number>();
    let place = 0;
    let before: ReadonlySet<number> = initial;
    for (const { at, elements } of reads) {
      // Sets grow by steps: first what this read saw more than the one before it, then the read.
      if (elements.size > before.size) place += 2;
      for (const element of before) if (!elements.has(element)) impossible.add(at);
      for (const element of elements) {
        if (before.has(element) || placeOf.has(element)) continue;
        if (!firstAdd.has(element)) impossible.add(at);
        placeOf.set(element, place);
      }
      from[at] = place + 1;
      until[at] = place + 1;
      if (!impossible.has(at)) before = elements;
    }
    for (const [at, { f, value }] of operations.entries()) {
      const possible = !impossible.has(at);
      this.assign(at, possible ? 1 : 0, true, () => (possible ? "possible" : "impossible"));
      if (f === "read") continue;
      const element = table.idOf(value as HistoryValue);
      from[at] = initial.has(element) ? -1 : (placeOf.get(element) ?? NEVER);
      // Of several adds of an element that was read, the one invoked first brings it whenever any of them can; the others
      // change nothing, and come at any later time.
      until[at] = firstAdd.get(element) === at && !initial.has(element) ? from[at] : NEVER;
    }
    this.secondLine = { from, until };
  }

  describe(order: readonly number[]): HistoryValue {
    const table = new ValueTable();
    for (const value of this.first) table.idOf(value);
    for (const at of order) {
      const operation = this.operations[at];
      if (operation?.f === "add") table.idOf(operation.value ?? null);
    }
    return Array.from({ length: table.size }, (_, id) => table.valueOf(id));
  }

  protected override work(state: number, kind: SetKind): number {
    return kind === "possible" ? state : ILLEGAL;
  }

  protected override stateBytes(): number {
    return 16 * this.operations.length;
  }
}
