import { compareBytes, copyRange, NO_BYTES, withCapacity } from "./bytes.ts";
import {
  ByteReader,
  getFixed32,
  getFixed64,
  MalformedBytesError,
  putFixed32,
  putFixed64,
  putVarint,
} from "./coding.ts";
import { EntryType, isEntryType } from "./internal-key.ts";

/**
 * Changes that are made together or not at all.
 *
 * A batch is kept in the form in which it goes to the log: sequence number (8 bytes) and count (4 bytes), then for each
 * change its type, its key and, for a put, its value, or for a range delete its end, each with its length first. Change i of a batch has sequence
 * number first + i.
 */

export const BATCH_HEADER_BYTES = 12;
const COUNT_AT = 8;
/** A type and two lengths. */
const MAX_CHANGE_OVERHEAD = 1 + 5 + 5;

export type BatchOperation =
  | { readonly type: "put"; readonly key: Uint8Array; readonly value: Uint8Array }
  | { readonly type: "delete"; readonly key: Uint8Array }
  | {
      readonly type: "deleteRange";
      readonly from: Uint8Array;
      /** Not deleted itself. */
      readonly to: Uint8Array;
    };

export class WriteBatch {
  private buffer: Uint8Array = NO_BYTES;
  private used = BATCH_HEADER_BYTES;
  private count_ = 0;
  private sealed = false;

  /** Changes in the batch. */
  get count(): number {
    return this.count_;
  }

  /** Bytes that the batch takes in the log, without the log's own headers. */
  get byteLength(): number {
    return this.used;
  }

  /** Gives `key` a value. Both are copied. */
  put(key: Uint8Array, value: Uint8Array): this {
    this.reserve(key.length + value.length + MAX_CHANGE_OVERHEAD);
    this.buffer[this.used++] = EntryType.VALUE;
    this.append(key);
    this.append(value);
    return this;
  }

  /** Removes `key`, whether or not it is there. It is copied. */
  delete(key: Uint8Array): this {
    this.reserve(key.length + MAX_CHANGE_OVERHEAD);
    this.buffer[this.used++] = EntryType.DELETION;
    this.append(key);
    return this;
  }

  /**
   * Removes every key from `from` on to before `to`. Both are copied.
   *
   * @throws RangeError when `from` does not come before `to`
   */
  deleteRange(from: Uint8Array, to: Uint8Array): this {
    if (compareBytes(from, to) >= 0) throw new RangeError("a range to delete must begin before it ends");
    this.reserve(from.length + to.length + MAX_CHANGE_OVERHEAD);
    this.buffer[this.used++] = EntryType.RANGE_DELETION;
    this.append(from);
    this.append(to);
    return this;
  }

  /** Adds all changes of another batch, in their order. */
  add(other: WriteBatch): this {
    const length = other.used - BATCH_HEADER_BYTES;
    if (length === 0) return this;
    this.reserve(length);
    this.count_ += other.count_ - 1;
    copyRange(other.buffer, BATCH_HEADER_BYTES, other.used, this.buffer, this.used);
    this.used += length;
    return this;
  }

  /** Empties the batch, to be used again. */
  clear(): this {
    this.assertOpen();
    this.used = BATCH_HEADER_BYTES;
    this.count_ = 0;
    return this;
  }

  /** The changes, in order, copied. */
  operations(): BatchOperation[] {
    return this.count_ === 0 ? [] : readBatch(this.encoded(0));
  }

  /**
   * The batch in its stored form, with `sequence` filled in.
   *
   * @returns a view that is good until the batch changes
   */
  encoded(sequence: number): Uint8Array {
    if (this.buffer.length < BATCH_HEADER_BYTES) this.buffer = withCapacity(this.buffer, 0, BATCH_HEADER_BYTES);
    putFixed64(this.buffer, 0, sequence);
    putFixed32(this.buffer, COUNT_AT, this.count_);
    return this.buffer.subarray(0, this.used);
  }

  /** Forbids changes while a write is under way, and allows them again. */
  seal(sealed: boolean): void {
    this.sealed = sealed;
  }

  get isSealed(): boolean {
    return this.sealed;
  }

  private reserve(more: number): void {
    this.assertOpen();
    this.buffer = withCapacity(this.buffer, this.used, this.used + more);
    this.count_++;
  }

  private append(bytes: Uint8Array): void {
    this.used = putVarint(this.buffer, this.used, bytes.length);
    copyRange(bytes, 0, bytes.length, this.buffer, this.used);
    this.used += bytes.length;
  }

  private assertOpen(): void {
    if (this.sealed) throw new TypeError("a write batch was changed while it is being written; await the write first");
  }
}

/** The first sequence number of a stored batch. @throws MalformedBytesError when it has no header */
export function batchSequence(stored: Uint8Array): number {
  if (stored.length < BATCH_HEADER_BYTES) throw new MalformedBytesError("a write batch is shorter than its header");
  return getFixed64(stored, 0);
}

/** How many changes, and so sequence numbers, a stored batch holds. */
export function batchCount(stored: Uint8Array): number {
  return getFixed32(stored, COUNT_AT);
}

/** Takes the changes of a stored batch. */
export interface BatchTarget {
  /** One change; the ranges are of the batch's own buffer. A deletion's value is empty, a range delete's its end. */
  add(
    sequence: number,
    type: number,
    data: Uint8Array,
    keyStart: number,
    keyEnd: number,
    valueStart: number,
    valueEnd: number,
  ): void;
}

/**
 * Hands every change of a stored batch to `target`, in order.
 *
 * @throws MalformedBytesError when it is no well-formed batch; what precedes the fault has been handed over
 */
export function applyBatch(stored: Uint8Array, target: BatchTarget): void {
  applyChanges(stored, BATCH_HEADER_BYTES, stored.length, batchSequence(stored), batchCount(stored), target);
}

/**
 * Hands the changes that stand in `data[start, end)`, a stored batch without its header, to `target`.
 *
 * @param first the sequence number of the first
 * @throws MalformedBytesError
 */
export function applyChanges(
  data: Uint8Array,
  start: number,
  end: number,
  first: number,
  count: number,
  target: BatchTarget,
): void {
  const reader = new ByteReader(data, start, end);
  let sequence = first;
  for (let i = 0; i < count; i++, sequence++) {
    const type = reader.byte();
    if (!isEntryType(type)) {
      throw new MalformedBytesError(`a write batch holds a change of unknown type ${type}`);
    }
    const keyLength = reader.varint();
    const keyStart = reader.skip(keyLength);
    const keyEnd = keyStart + keyLength;
    if (type === EntryType.DELETION) {
      target.add(sequence, type, data, keyStart, keyEnd, keyEnd, keyEnd);
      continue;
    }
    const valueLength = reader.varint();
    const valueStart = reader.skip(valueLength);
    target.add(sequence, type, data, keyStart, keyEnd, valueStart, valueStart + valueLength);
  }
  if (!reader.done) throw new MalformedBytesError("a write batch holds more than it counts");
}

/** The changes of a stored batch, copied. @throws MalformedBytesError */
export function readBatch(stored: Uint8Array): BatchOperation[] {
  const operations: BatchOperation[] = [];
  applyBatch(stored, {
    add(_sequence, type, data, keyStart, keyEnd, valueStart, valueEnd) {
      const key = data.slice(keyStart, keyEnd);
      if (type === EntryType.DELETION) operations.push({ type: "delete", key });
      else if (type === EntryType.VALUE) operations.push({ type: "put", key, value: data.slice(valueStart, valueEnd) });
      else operations.push({ type: "deleteRange", from: key, to: data.slice(valueStart, valueEnd) });
    },
  });
  return operations;
}
