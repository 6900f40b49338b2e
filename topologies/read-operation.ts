import type { DatabaseIterator, IteratorOptions } from "../engine/index.ts";
import { effectOf, keysToRead, kindOf, type Found, type KeyedOperation } from "./effect.ts";
import type { ClientOperation, DataValue } from "./operation.ts";
import { registersFrom, storedKey } from "./stored-values.ts";
import { utf8Text } from "./text.ts";

/**
 * What can be read from: a database open for reading and writing, or one open for reading only. What is asked of it in one
 * synchronous stretch it answers as of one moment.
 */
export interface Readable {
  get(key: Uint8Array): Promise<Uint8Array | undefined>;
  iterator(options: Pick<IteratorOptions, "gte" | "lt">): DatabaseIterator;
}

/**
 * Answers an operation that changes nothing, from one consistent view of the data: the one at the moment of the call.
 *
 * @throws StoredValueError, and whatever the engine's reads throw
 */
export async function readOperation(source: Readable, operation: ClientOperation): Promise<DataValue> {
  if (operation.op === "scan") return scan(source, operation.from, operation.limit);
  const effect = effectOf(operation, await findKeys(source, operation));
  if (effect.refused) throw new TypeError(`${operation.op} changes something; only reads are answered from a view`);
  return effect.value;
}

/**
 * What an operation's keys hold, all as of the moment of the call.
 *
 * @throws whatever the engine's reads throw
 */
export async function findKeys(source: Readable, operation: KeyedOperation): Promise<Found> {
  const kind = kindOf(operation);
  const keys = keysToRead(operation);
  const found = new Map<string, Uint8Array | undefined>();
  if (keys.length === 0) return found;
  if (keys.length === 1) {
    const [key = ""] = keys;
    found.set(key, await source.get(storedKey(kind, key)));
    return found;
  }
  // All are begun before the first is awaited: between them a write could become visible, or a version be replaced.
  const values = await Promise.all(keys.map((key) => source.get(storedKey(kind, key))));
  for (const [index, key] of keys.entries()) found.set(key, values[index]);
  return found;
}

async function scan(source: Readable, from: string, limit: number): Promise<DataValue> {
  const iterator = source.iterator(registersFrom(from));
  try {
    const entries = await iterator.take(limit);
    return entries.map(([key, value]) => [utf8Text(key), utf8Text(value)]);
  } finally {
    iterator.close();
  }
}
