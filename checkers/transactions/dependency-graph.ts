import type { Relation } from "../cycle.ts";
import { DigraphBuilder, type Digraph } from "../graph/digraph.ts";
import type { Operation } from "../history.ts";
import type { Element, ListAppendHistory } from "./list-append-history.ts";
import { linkRealTime } from "./real-time.ts";
import type { VersionOrder } from "./version-order.ts";

/** Labels of edges, a bit each. */
export const WW = 1;
export const WR = 2;
export const RW = 4;
export const PROCESS = 8;
export const REAL_TIME = 16;
/** Goes on with the edge before: out of a node that stands between two transactions. */
export const JOINT = 32;

export const RELATIONS: ReadonlyMap<number, Relation> = new Map([
  [WW, "ww"],
  [WR, "wr"],
  [RW, "rw"],
  [PROCESS, "process"],
  [REAL_TIME, "realtime"],
]);

/**
 * What must come before what among the transactions that happened. The first nodes are the transactions, by number; those
 * from `transactions` on only stand between two of them, so that there are no more edges than a few for each step. The
 * note of an edge of data is the element that it rests on: what was overwritten with, read, or missed.
 */
export interface DependencyGraph {
  readonly graph: Digraph;
  readonly transactions: number;
}

/** Which orders beside that of data count. */
export interface OrderOptions {
  readonly process: boolean;
  readonly realTime: boolean;
}

/** Builds the direct serialization graph of a history (Adya, section 3.1.3), with the orders of process and real time. */
export function dependencyGraph(
  history: ListAppendHistory,
  order: VersionOrder,
  { process, realTime }: OrderOptions,
): DependencyGraph {
  const { transactions } = history;
  const builder = new DigraphBuilder(transactions.length);
  linkVersions(builder, history, order);
  linkReads(builder, history, order);
  if (process) linkProcesses(builder, transactions, order);
  if (realTime) linkRealTime(builder, transactions, (number) => order.happened(number), REAL_TIME);
  return { graph: builder.build(), transactions: transactions.length };
}

/** By key: what was appended by transactions that happened, but never read, so that it came after all that was. */
function unreadAppends({ keys, elements }: ListAppendHistory, { places, happened }: VersionOrder): number[][] {
  const unread: number[][] = keys.map(() => []);
  elements.forEach(({ key, writer }, element) => {
    if (writer !== -1 && places[element] === -1 && happened(writer)) unread[key]?.push(element);
  });
  return unread;
}

function linkVersions(builder: DigraphBuilder, history: ListAppendHistory, order: VersionOrder): void {
  const { elements } = history;
  const unread = unreadAppends(history, order);
  const writerOf = (element: number): number => (elements[element] as Element).writer;
  order.orders.forEach((versions, key) => {
    for (let at = 1; at < versions.length; at++) {
      const [previous, next] = [versions[at - 1] as number, versions[at] as number];
      if (writerOf(previous) !== writerOf(next)) builder.addEdge(writerOf(previous), writerOf(next), WW, next);
    }
    const last = versions[versions.length - 1];
    if (last === undefined) return;
    for (const element of unread[key] ?? []) {
      if (writerOf(last) !== writerOf(element)) builder.addEdge(writerOf(last), writerOf(element), WW, element);
    }
  });
}

function linkReads(builder: DigraphBuilder, history: ListAppendHistory, order: VersionOrder): void {
  const { transactions, steps, elements, keys } = history;
  // By key: who read the last version that is known, each once.
  const lastReaders: number[][] = keys.map(() => []);
  transactions.forEach((_, reader) => {
    for (const { key, list } of steps[reader] ?? []) {
      if (list === undefined) continue;
      const last = lastVersion(list, history);
      const place = last === -1 ? -1 : (order.places[last] as number);
      if (last !== -1) {
        const { writer } = elements[last] as Element;
        if (writer !== reader) builder.addEdge(writer, reader, WR, last);
        // Of a list that goes against the order of the others, nobody knows what it missed.
        if (place === -1) continue;
      }
      const versions = order.orders[key] ?? [];
      const missed = versions[place + 1];
      if (missed === undefined) {
        const readers = lastReaders[key] as number[];
        if (readers[readers.length - 1] !== reader) readers.push(reader);
      } else {
        const { writer } = elements[missed] as Element;
        if (writer !== reader) builder.addEdge(reader, writer, RW, missed);
      }
    }
  });
  unreadAppends(history, order).forEach((unread, key) => {
    linkMissedByAll(builder, lastReaders[key] ?? [], firstOfEach(unread, elements));
  });
}

/** The last element of a list that a transaction appended which did not fail; -1 when there is none. */
function lastVersion(list: readonly number[], { transactions, elements }: ListAppendHistory): number {
  for (let at = list.length - 1; at >= 0; at--) {
    const { writer } = elements[list[at] as number] as Element;
    if (writer !== -1 && transactions[writer]?.outcome !== "fail") return list[at] as number;
  }
  return -1;
}

/** A missed element, and who appended it. */
interface Missed {
  readonly element: number;
  readonly writer: number;
}

function firstOfEach(unread: readonly number[], elements: readonly Element[]): Missed[] {
  const first = new Map<number, Missed>();
  for (const element of unread) {
    const { writer } = elements[element] as Element;
    if (!first.has(writer)) first.set(writer, { element, writer });
  }
  return [...first.values()];
}

/** Each reader comes before each writer but itself. */
function linkMissedByAll(builder: DigraphBuilder, readers: readonly number[], missed: readonly Missed[]): void {
  if (readers.length * missed.length <= 8 * (readers.length + missed.length)) {
    for (const reader of readers) {
      for (const { element, writer } of missed) if (writer !== reader) builder.addEdge(reader, writer, RW, element);
    }
    return;
  }
  // Two chains of nodes between: up[i] leads to the writers up to i, down[i] to those from i on, so that a reader that is a
  // writer itself is led to all others.
  const up = missed.map(() => builder.addNode());
  const down = missed.map(() => builder.addNode());
  missed.forEach(({ element, writer }, at) => {
    for (const node of [up[at], down[at]] as number[]) builder.addEdge(node, writer, JOINT, element);
    if (at > 0) builder.addEdge(up[at] as number, up[at - 1] as number, JOINT, -1);
    if (at > 0) builder.addEdge(down[at - 1] as number, down[at] as number, JOINT, -1);
  });
  const places = new Map(missed.map(({ writer }, at) => [writer, at]));
  for (const reader of readers) {
    const own = places.get(reader) ?? -1;
    const [before, after] = [up[own - 1], down[own + 1]];
    if (before !== undefined) builder.addEdge(reader, before, RW, -1);
    if (after !== undefined) builder.addEdge(reader, after, RW, -1);
  }
}

function linkProcesses(builder: DigraphBuilder, transactions: readonly Operation[], { happened }: VersionOrder): void {
  const last = new Map<number, number>();
  transactions.forEach(({ process, outcome }, number) => {
    if (!happened(number)) return;
    const previous = last.get(process);
    if (previous !== undefined) builder.addEdge(previous, number, PROCESS, -1);
    // One that never completed may take effect after what its process did next.
    if (outcome === "ok") last.set(process, number);
  });
}
