import type { WriteBatch } from "../engine/index.ts";
import { keysOf, type ClientOperation, type DataValue } from "./operation.ts";
import {
  decodeNumber,
  decodeNumbers,
  encodeNumber,
  encodeNumbers,
  storedKey,
  type StoredKind,
} from "./stored-values.ts";
import { utf8, utf8Text } from "./text.ts";

/**
 * What operations do, told apart from how they are carried out: an operation names the keys that it must know, and given
 * what they hold it comes to an effect. Nothing here reads, writes, waits or draws, so that a primary, a replica and a state
 * machine that applies a log all come to the same.
 */

/** An operation on keys that are known before. */
export type KeyedOperation = Exclude<ClientOperation, { readonly op: "scan" }>;

/** One key's new value; undefined removes it. */
export interface Change {
  readonly kind: StoredKind;
  readonly key: string;
  readonly value: Uint8Array | undefined;
}

/** What an operation comes to. A refused one changes nothing. */
export type Effect =
  | { readonly refused: false; readonly value: DataValue; readonly changes: readonly Change[] }
  | {
      readonly refused: true;
      readonly code: "mismatch" | "overdrawn" | "out-of-range";
      readonly message: string;
    };

/** What an operation's keys hold, by key; undefined: nothing. */
export type Found = ReadonlyMap<string, Uint8Array | undefined>;

/** What the keys of an operation are keys of: an operation touches one kind only. */
export function kindOf(operation: KeyedOperation): StoredKind {
  switch (operation.op) {
    case "read":
    case "write":
    case "delete":
    case "cas":
      return "register";
    case "increment":
    case "read-counter":
      return "counter";
    case "add":
    case "read-set":
      return "set";
    case "transfer":
    case "deposit":
    case "read-accounts":
      return "account";
    case "txn":
      return "list";
  }
}

/** Whether an operation's effect depends on nothing that is stored. */
export function isBlind(operation: ClientOperation): boolean {
  return operation.op === "write" || operation.op === "delete";
}

/** The keys that must be known before {@link effectOf} can tell, each once and in order. */
export function keysToRead(operation: KeyedOperation): string[] {
  return isBlind(operation) ? [] : keysOf(operation);
}

/**
 * What an operation comes to, atomically, where its keys hold what was found.
 *
 * @param found has every key of {@link keysToRead}
 * @throws StoredValueError when what is stored makes no sense
 */
export function effectOf(operation: KeyedOperation, found: Found): Effect {
  switch (operation.op) {
    case "read":
      return answer(register(found.get(operation.key)));
    case "write":
      return changed({ kind: "register", key: operation.key, value: utf8(operation.value) });
    case "delete":
      return changed({ kind: "register", key: operation.key, value: undefined });
    case "cas":
      return compareAndSet(operation, register(found.get(operation.key)));
    case "increment":
      return increment(operation, decodeNumber("counter", operation.key, found.get(operation.key)));
    case "read-counter":
      return answer(decodeNumber("counter", operation.key, found.get(operation.key)));
    case "add":
      return addElement(operation, decodeNumbers("set", operation.key, found.get(operation.key)));
    case "read-set":
      return answer(decodeNumbers("set", operation.key, found.get(operation.key)));
    case "deposit":
      return deposit(operation, found);
    case "transfer":
      return transfer(operation, found);
    case "read-accounts":
      return answer(Object.fromEntries(keysOf(operation).map((key) => [key, balance(key, found)])));
    case "txn":
      return transaction(operation, found);
  }
}

/** Puts changes into a batch, to be made together. */
export function addChanges(batch: WriteBatch, changes: readonly Change[]): void {
  for (const { kind, key, value } of changes) {
    if (value === undefined) batch.delete(storedKey(kind, key));
    else batch.put(storedKey(kind, key), value);
  }
}

type Of<Op extends KeyedOperation["op"]> = Extract<KeyedOperation, { readonly op: Op }>;

function answer(value: DataValue): Effect {
  return { refused: false, value, changes: [] };
}

function changed(...changes: readonly Change[]): Effect {
  return { refused: false, value: null, changes };
}

function register(stored: Uint8Array | undefined): string | null {
  return stored === undefined ? null : utf8Text(stored);
}

function compareAndSet({ key, from, to }: Of<"cas">, held: string | null): Effect {
  if (held !== from) return { refused: true, code: "mismatch", message: `register ${key} holds something else` };
  return changed({ kind: "register", key, value: utf8(to) });
}

function increment({ key, delta }: Of<"increment">, held: number): Effect {
  const value = held + delta;
  if (!Number.isSafeInteger(value)) return outOfRange("counter", key);
  return changed({ kind: "counter", key, value: encodeNumber(value) });
}

function addElement({ key, element }: Of<"add">, held: number[]): Effect {
  if (held.includes(element)) return changed();
  held.push(element);
  return changed({ kind: "set", key, value: encodeNumbers(held) });
}

function balance(account: string, found: Found): number {
  return decodeNumber("account", account, found.get(account));
}

function deposit(operation: Of<"deposit">, found: Found): Effect {
  const changes: Change[] = [];
  for (const key of keysOf(operation)) {
    const value = balance(key, found) + operation.amount;
    if (!Number.isSafeInteger(value)) return outOfRange("account", key);
    changes.push({ kind: "account", key, value: encodeNumber(value) });
  }
  return changed(...changes);
}

function transfer({ from, to, amount }: Of<"transfer">, found: Found): Effect {
  const left = balance(from, found) - amount;
  if (left < 0) return { refused: true, code: "overdrawn", message: `account ${from} holds less than ${amount}` };
  if (from === to) return changed();
  const got = balance(to, found) + amount;
  if (!Number.isSafeInteger(got)) return outOfRange("account", to);
  return changed(
    { kind: "account", key: from, value: encodeNumber(left) },
    { kind: "account", key: to, value: encodeNumber(got) },
  );
}

/** Steps see what the steps before them appended. */
function transaction(operation: Of<"txn">, found: Found): Effect {
  const lists = new Map(keysOf(operation).map((key) => [key, decodeNumbers("list", key, found.get(key))]));
  const appended = new Set<string>();
  const value = operation.steps.map((step): DataValue => {
    const [what, key] = step;
    const list = lists.get(key) as number[];
    if (what === "r") return ["r", key, [...list]];
    list.push(step[2]);
    appended.add(key);
    return step;
  });
  const changes = [...appended].map((key): Change => ({
    kind: "list",
    key,
    value: encodeNumbers(lists.get(key) as number[]),
  }));
  return { refused: false, value, changes };
}

function outOfRange(kind: StoredKind, key: string): Effect {
  return {
    refused: true,
    code: "out-of-range",
    message: `${kind} ${key} would leave the range of exact whole numbers`,
  };
}
