import { ByteReader, copyRange, MalformedBytesError, putVarint } from "../../engine/index.ts";
import type { Change } from "../effect.ts";
import { storedKey } from "../stored-values.ts";

/**
 * What an entry of a replicated log changes, as it is sent and stored: for each change the length of its key, the key, then
 * 0 if the key is removed, or one more than the length of its value, and the value. Lengths are varints. Nothing at all
 * stands for no change.
 */

/** A key of the database, and its new value; undefined removes it. */
export interface StoredChange {
  readonly key: Uint8Array;
  readonly value: Uint8Array | undefined;
}

/** Two varints of at most five bytes. */
const MAX_OVERHEAD = 10;

export function storedChange({ kind, key, value }: Change): StoredChange {
  return { key: storedKey(kind, key), value };
}

/** An entry's payload for what an operation comes to. */
export function encodeChanges(changes: readonly Change[]): Uint8Array {
  return encodeStoredChanges(changes.map(storedChange));
}

/** An entry's payload. */
export function encodeStoredChanges(changes: readonly StoredChange[]): Uint8Array {
  let room = 0;
  for (const { key, value } of changes) room += key.length + (value?.length ?? 0) + MAX_OVERHEAD;
  const bytes = new Uint8Array(room);
  let at = 0;
  for (const { key, value } of changes) {
    at = putVarint(bytes, at, key.length);
    copyRange(key, 0, key.length, bytes, at);
    at = putVarint(bytes, at + key.length, value === undefined ? 0 : value.length + 1);
    if (value === undefined) continue;
    copyRange(value, 0, value.length, bytes, at);
    at += value.length;
  }
  return bytes.slice(0, at);
}

/**
 * The changes of an entry, in order.
 *
 * @returns views of the payload
 * @throws MalformedBytesError
 */
export function decodeChanges(payload: Uint8Array): StoredChange[] {
  const changes: StoredChange[] = [];
  const reader = new ByteReader(payload);
  while (!reader.done) {
    const key = view(payload, reader, reader.varint());
    const length = reader.varint();
    if (key.length === 0) throw new MalformedBytesError("a change has an empty key");
    changes.push({ key, value: length === 0 ? undefined : view(payload, reader, length - 1) });
  }
  return changes;
}

function view(payload: Uint8Array, reader: ByteReader, length: number): Uint8Array {
  const start = reader.skip(length);
  return payload.subarray(start, start + length);
}
