import { describeValue } from "../describe-value.ts";
import type { Operation } from "../history.ts";
import type { ViolationLog } from "../violation-log.ts";
import type { DirectAnomaly } from "./consistency-model.ts";
import type { Element, ListAppendHistory, Step } from "./list-append-history.ts";
import type { VersionOrder } from "./version-order.ts";

/** Finds what is wrong with single reads and lists, without a look at the order of transactions. */
export class ReadAnomalies {
  protected readonly history: ListAppendHistory;
  protected readonly order: VersionOrder;
  protected readonly forbidden: ReadonlySet<string>;
  protected readonly log: ViolationLog;
  /** By element: number of the read, from 1, that listed it last. */
  protected readonly listed: Int32Array;
  protected reads = 0;

  constructor(history: ListAppendHistory, order: VersionOrder, forbidden: ReadonlySet<string>, log: ViolationLog) {
    this.history = history;
    this.order = order;
    this.forbidden = forbidden;
    this.log = log;
    this.listed = new Int32Array(history.elements.length);
  }

  find(): void {
    this.history.transactions.forEach((transaction, number) => {
      if (transaction.outcome !== "ok") return;
      const steps = this.history.steps[number] ?? [];
      for (const [at, { key, list }] of steps.entries()) {
        if (list !== undefined) this.judgeRead(number, at, key, list);
      }
      this.judgeInternally(transaction, steps);
    });
    this.findDirtyUpdates();
    this.findLostUpdates();
  }

  protected judgeRead(number: number, at: number, key: number, list: readonly number[]): void {
    const { transactions, elements } = this.history;
    const reader = transactions[number] as Operation;
    this.reads++;
    let [garbage, aborted, repeated, future] = [-1, -1, -1, -1];
    for (const element of list) {
      const { writer, step } = elements[element] as Element;
      if (this.listed[element] === this.reads && repeated === -1) repeated = element;
      this.listed[element] = this.reads;
      if (writer === -1) garbage = garbage === -1 ? element : garbage;
      else if (transactions[writer]?.outcome === "fail") aborted = aborted === -1 ? element : aborted;
      else if (writer === number && step > at && future === -1) future = element;
    }
    const last = list.length === 0 ? undefined : elements[list[list.length - 1] as number];
    if (garbage !== -1) this.report("garbage-read", reader, garbage, []);
    if (aborted !== -1) this.report("G1a", reader, aborted, [this.writerOf(aborted)]);
    if (repeated !== -1) this.report("duplicate-elements", reader, repeated, []);
    if (future !== -1) this.report("future-read", reader, future, []);
    if (last !== undefined && last.intermediate && last.writer !== number) {
      const element = list[list.length - 1] as number;
      this.report("G1b", reader, element, [this.writerOf(element)]);
    }
    const longest = this.order.longest[key] as readonly number[];
    const differs = list.findIndex((element, place) => element !== longest[place]);
    if (differs !== -1) this.reportOrder(reader, key, list, longest, differs);
  }

  protected reportOrder(
    reader: Operation,
    key: number,
    list: readonly number[],
    longest: readonly number[],
    at: number,
  ): void {
    if (!this.forbidden.has("incompatible-order")) return;
    const { transactions, elements } = this.history;
    this.log.add("incompatible-order", () => {
      const other = transactions.find((_, number) =>
        this.history.steps[number]?.some(({ list: found }) => found === longest),
      );
      return {
        operations: other === undefined ? [reader.index] : [reader.index, other.index],
        message: {
          id: "anomaly-incompatible-order",
          params: {
            ...this.about(reader),
            key: describeValue(this.history.keys[key]),
            other: other?.index ?? -1,
            otherProcess: other?.process ?? -1,
            place: at + 1,
            value: describeValue(elements[list[at] as number]?.value),
            otherValue: describeValue(elements[longest[at] as number]?.value),
          },
        },
      };
    });
  }

  /** Whether each read of a transaction agrees with what the transaction itself read and appended before. */
  protected judgeInternally(transaction: Operation, steps: readonly Step[]): void {
    if (!this.forbidden.has("internal")) return;
    const states = new Map<number, { base: readonly number[] | undefined; appended: number[] }>();
    for (const { f, key, element, list } of steps) {
      let state = states.get(key);
      if (state === undefined) states.set(key, (state = { base: undefined, appended: [] }));
      if (f === "append") {
        state.appended.push(element);
        continue;
      }
      if (list === undefined) continue;
      const { base, appended } = state;
      const from = list.length - appended.length;
      const agrees =
        from >= 0 &&
        appended.every((one, at) => list[from + at] === one) &&
        (base === undefined || (base.length === from && base.every((one, at) => list[at] === one)));
      if (!agrees) {
        const expected = [...(base ?? []), ...appended];
        this.log.add("internal", () => ({
          operations: [transaction.index],
          message: {
            id: base === undefined ? "anomaly-internal-end" : "anomaly-internal",
            params: {
              ...this.about(transaction),
              key: describeValue(this.history.keys[key]),
              value: this.describeList(list),
              expected: this.describeList(expected),
            },
          },
        }));
      }
      states.set(key, { base: list, appended: [] });
    }
  }

  /** Appends of committed transactions onto those of failed ones (Elle's dirty update). */
  protected findDirtyUpdates(): void {
    const { transactions, elements } = this.history;
    for (const list of this.order.longest) {
      let dirty = -1;
      for (const element of list) {
        const writer = transactions[elements[element]?.writer ?? -1];
        if (writer?.outcome === "fail") dirty = element;
        if (writer?.outcome !== "ok" || dirty === -1) continue;
        const [failed, previous] = [this.writerOf(dirty), dirty];
        this.report("dirty-update", writer, element, [failed], {
          previous: describeValue(elements[previous]?.value),
        });
        dirty = -1;
      }
    }
  }

  /** Committed transactions that read the same state of a key and then appended to it. */
  protected findLostUpdates(): void {
    if (!this.forbidden.has("lost-update")) return;
    const { transactions, steps, keys } = this.history;
    // What was read is told by its last element, or by the key when it was empty.
    const updates = new Map<number, { readonly key: number; readonly by: number[] }>();
    transactions.forEach(({ outcome }, number) => {
      if (outcome !== "ok") return;
      const touched = new Set<number>();
      for (const { f, key, list } of steps[number] ?? []) {
        const first = !touched.has(key);
        touched.add(key);
        if (!first || f !== "read" || list === undefined) continue;
        if (!steps[number]?.some((step) => step.f === "append" && step.key === key)) continue;
        const state = list.length === 0 ? -1 - key : (list[list.length - 1] as number);
        const update = updates.get(state);
        if (update === undefined) updates.set(state, { key, by: [number] });
        else update.by.push(number);
      }
    });
    for (const [state, { key, by }] of updates) {
      if (by.length < 2) continue;
      const operations = by.map((number) => transactions[number] as Operation);
      this.log.add("lost-update", () => ({
        operations: operations.map(({ index }) => index),
        message: {
          id: "anomaly-lost-update",
          params: {
            transactions: someOf(operations.map(({ index }) => `T${index}`)),
            processes: someOf(operations.map(({ process }) => String(process))),
            key: describeValue(keys[key]),
            last: state < 0 ? "[]" : describeValue(this.history.elements[state]?.value),
            from: operations.reduce((least, { invoked }) => Math.min(least, invoked), Infinity),
            to: operations.reduce((most, { completed }) => Math.max(most, completed), -Infinity),
          },
        },
      }));
    }
  }

  protected report(
    kind: DirectAnomaly,
    transaction: Operation,
    element: number,
    others: readonly Operation[],
    more: Readonly<Record<string, string>> = {},
  ): void {
    if (!this.forbidden.has(kind)) return;
    this.log.add(kind, () => ({
      operations: [transaction.index, ...others.map(({ index }) => index)],
      message: {
        id: `anomaly-${kind}`,
        params: {
          ...this.about(transaction),
          key: describeValue(this.history.keys[this.history.elements[element]?.key ?? -1]),
          value: describeValue(this.history.elements[element]?.value),
          ...(others[0] === undefined ? {} : { other: others[0].index, otherProcess: others[0].process }),
          ...more,
        },
      },
    }));
  }

  protected about({ index, process, invoked }: Operation): Record<"transaction" | "process" | "time", number> {
    return { transaction: index, process, time: invoked };
  }

  protected writerOf(element: number): Operation {
    return this.history.transactions[this.history.elements[element]?.writer ?? -1] as Operation;
  }

  protected describeList(elements: readonly number[]): string {
    return describeValue(elements.map((element) => this.history.elements[element]?.value ?? null));
  }
}

/** As many names as a sentence bears. */
function someOf(names: readonly string[]): string {
  return names.length > 8 ? `${names.slice(0, 8).join(", ")}, …` : names.join(", ");
}
