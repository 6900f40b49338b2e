import { refuseAbove } from "../bound.ts";
import { HistoryError, type HistoryValue, type Operation } from "../history.ts";
import { identityOf, isList, type Identity } from "../identity.ts";
import { microOperationsOf } from "./micro-operation.ts";

/** A step of a transaction, with keys and elements numbered. */
export interface Step {
  readonly f: "append" | "read";
  readonly key: number;
  /** Of an append. */
  readonly element: number;
  /** Of a read, what it found; undefined when that is not known. */
  readonly list: readonly number[] | undefined;
}

/** Something appended to a list, or found in one. */
export interface Element {
  readonly key: number;
  readonly value: HistoryValue;
  /** The transaction that appended it, by number; -1 when none did. */
  readonly writer: number;
  /** Which step of its transaction appended it. */
  readonly step: number;
  /** Whether its transaction appended to the same key again. */
  intermediate: boolean;
}

/** The most elements that all reads together may hold. */
const MAX_READ_ELEMENTS = 50_000_000;
const MAX_TRANSACTIONS = 4_000_000;

/** A history of transactions that append to lists and read them, with keys, elements and transactions numbered. */
export interface ListAppendHistory {
  /** In order of invocation, failed ones included. */
  readonly transactions: readonly Operation[];
  readonly steps: readonly (readonly Step[])[];
  readonly keys: readonly HistoryValue[];
  readonly elements: readonly Element[];
}

/**
 * Reads the operations whose function is "txn". What a transaction read is known when it is ok; a read of null found an
 * empty list.
 *
 * @throws HistoryError when a value is not what such a transaction has, or an element was appended twice to one key
 * @throws BoundError when there are too many transactions, or too much was read
 */
export function listAppendHistory(operations: readonly Operation[]): ListAppendHistory {
  const transactions = operations.filter(({ f }) => f === "txn");
  refuseAbove("transactions", transactions.length, MAX_TRANSACTIONS);
  const reader = new Reader();
  transactions.forEach((transaction, number) => reader.addAppends(transaction, number));
  const steps = transactions.map((transaction) => reader.stepsOf(transaction));
  return { transactions, steps, keys: reader.keys, elements: reader.elements };
}

class Reader {
  readonly keys: HistoryValue[] = [];
  readonly elements: Element[] = [];
  protected readonly keyNumbers = new Map<Identity, number>();
  /** By key, the number of each element. */
  protected readonly numbers: Map<Identity, number>[] = [];
  protected read = 0;

  addAppends(transaction: Operation, writer: number): void {
    const last = new Map<number, Element>();
    for (const [step, { f, key: name, value }] of microOperationsOf(transaction).entries()) {
      if (f === "write") throw new HistoryError(transaction.start, "a list is appended to and read, never written");
      if (f !== "append") continue;
      const key = this.keyOf(name);
      const identity = identityOf(value);
      const numbers = this.numbers[key] as Map<Identity, number>;
      if (numbers.has(identity)) {
        throw new HistoryError(
          transaction.start,
          `${JSON.stringify(value)} is appended to ${JSON.stringify(name)} twice: which append a read saw is not known`,
        );
      }
      const earlier = last.get(key);
      if (earlier !== undefined) earlier.intermediate = true;
      const element = { key, value, writer, step, intermediate: false };
      last.set(key, element);
      numbers.set(identity, this.elements.length);
      this.elements.push(element);
    }
  }

  stepsOf(transaction: Operation): Step[] {
    const known = transaction.outcome === "ok";
    return microOperationsOf(transaction).map(({ f, key: name, value }): Step => {
      const key = this.keyOf(name);
      const numbers = this.numbers[key] as Map<Identity, number>;
      if (f === "append") return { f, key, element: numbers.get(identityOf(value)) ?? -1, list: undefined };
      return { f: "read", key, element: -1, list: known ? this.listOf(transaction, key, value) : undefined };
    });
  }

  protected listOf(transaction: Operation, key: number, value: HistoryValue): number[] {
    if (value !== null && !isList(value)) {
      throw new HistoryError(transaction.start, `a read of a list found ${JSON.stringify(value)}, which is none`);
    }
    const found = value ?? [];
    this.read += found.length;
    refuseAbove("elements read", this.read, MAX_READ_ELEMENTS);
    const numbers = this.numbers[key] as Map<Identity, number>;
    const list: number[] = [];
    found.forEach((content) => {
      const identity = identityOf(content);
      let number = numbers.get(identity);
      if (number === undefined) {
        number = this.elements.length;
        numbers.set(identity, number);
        this.elements.push({ key, value: content, writer: -1, step: -1, intermediate: false });
      }
      list.push(number);
    });
    return list;
  }

  protected keyOf(name: HistoryValue): number {
    const identity = identityOf(name);
    let key = this.keyNumbers.get(identity);
    if (key === undefined) {
      key = this.keys.length;
      this.keyNumbers.set(identity, key);
      this.keys.push(name);
      this.numbers.push(new Map());
    }
    return key;
  }
}
