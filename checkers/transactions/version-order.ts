import type { ListAppendHistory } from "./list-append-history.ts";

/** In which order the elements of each list were appended, as far as reads tell. */
export interface VersionOrder {
  /** By key: the elements of its longest read. */
  readonly longest: readonly (readonly number[])[];
  /** By key: the longest read without what nobody appended, or only a failed transaction did, and without repetitions. */
  readonly orders: readonly (readonly number[])[];
  /** By element: its place in the order of its key; -1 when no place is known. */
  readonly places: Int32Array;
  /** Whether a transaction may have happened: it did not fail, and if nobody knows, something that it appended was read. */
  readonly happened: (transaction: number) => boolean;
}

/**
 * Every list that was read is, in a sound store, a beginning of every longer one, so the longest read of a key tells the
 * order of its appends (Elle, section 4.2.1).
 */
export function versionOrder({ transactions, steps, keys, elements }: ListAppendHistory): VersionOrder {
  const longest: (readonly number[])[] = keys.map(() => []);
  const seen = new Uint8Array(elements.length);
  for (const each of steps) {
    for (const { key, list } of each) {
      if (list === undefined) continue;
      for (const element of list) seen[element] = 1;
      if (list.length > (longest[key]?.length ?? 0)) longest[key] = list;
    }
  }
  const places = new Int32Array(elements.length).fill(-1);
  const orders = longest.map((list) => {
    const order: number[] = [];
    for (const element of list) {
      const writer = elements[element]?.writer ?? -1;
      if (writer === -1 || transactions[writer]?.outcome === "fail" || places[element] !== -1) continue;
      places[element] = order.length;
      order.push(element);
    }
    return order;
  });
  const observed = new Uint8Array(transactions.length);
  elements.forEach(({ writer }, element) => {
    if (writer !== -1 && seen[element] === 1) observed[writer] = 1;
  });
  const happened = (transaction: number): boolean => {
    const outcome = transactions[transaction]?.outcome;
    return outcome === "ok" || (outcome === "info" && observed[transaction] === 1);
  };
  return { longest, orders, places, happened };
}
