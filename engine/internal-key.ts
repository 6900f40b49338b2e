import { compareBytes, compareRanges } from "./bytes.ts";
import { getFixed32, TWO_32 } from "./coding.ts";

/**
 * How one user key's many versions are told apart. Every write gets a sequence number; entries are ordered by user key,
 * then by sequence number downwards, so that the newest version of a key comes first.
 *
 * Stored, an internal key is the user key followed by a trailer of eight bytes: the type, then the sequence number in
 * seven bytes, low byte first.
 */

export const EntryType = {
  /** The key was deleted. */
  DELETION: 0,
  /** The key was given a value. */
  VALUE: 1,
  /** All keys from this one to before another were deleted. Kept apart from the entries of single keys. */
  RANGE_DELETION: 2,
} as const;

/** A value of {@link EntryType}. */
export type EntryType = (typeof EntryType)[keyof typeof EntryType];

export const TRAILER_BYTES = 8;

/** The highest sequence number; seeking with it finds a key's newest version. */
export const MAX_SEQUENCE: number = Number.MAX_SAFE_INTEGER;

export interface InternalKey {
  readonly userKey: Uint8Array;
  readonly sequence: number;
  readonly type: EntryType;
}

/** Orders two internal keys: user key upwards, then sequence number downwards. */
export function compareInternalKeys(a: InternalKey, b: InternalKey): number {
  const order = compareBytes(a.userKey, b.userKey);
  if (order !== 0) return order;
  return a.sequence === b.sequence ? 0 : a.sequence > b.sequence ? -1 : 1;
}

export function putTrailer(target: Uint8Array, at: number, sequence: number, type: number): void {
  const low = sequence >>> 0;
  const high = Math.floor(sequence / TWO_32);
  target[at] = type;
  target[at + 1] = low & 0xff;
  target[at + 2] = (low >>> 8) & 0xff;
  target[at + 3] = (low >>> 16) & 0xff;
  target[at + 4] = low >>> 24;
  target[at + 5] = high & 0xff;
  target[at + 6] = (high >>> 8) & 0xff;
  target[at + 7] = (high >>> 16) & 0xff;
}

/** The sequence number of the trailer at `at`. */
export function getTrailerSequence(source: Uint8Array, at: number): number {
  const high = (source[at + 5] as number) | ((source[at + 6] as number) << 8) | ((source[at + 7] as number) << 16);
  return getFixed32(source, at + 1) + high * TWO_32;
}

/** An internal key in its stored form. */
export function encodeInternalKey(key: InternalKey): Uint8Array {
  const bytes = new Uint8Array(key.userKey.length + TRAILER_BYTES);
  bytes.set(key.userKey);
  putTrailer(bytes, key.userKey.length, key.sequence, key.type);
  return bytes;
}

/** Whether `type` is one this engine knows. */
export function isEntryType(type: number): type is EntryType {
  return type <= EntryType.RANGE_DELETION;
}

/**
 * The bound of what ends before `userKey`, without that key itself, as a range delete does: in the order of internal
 * keys it comes before every entry of the key.
 */
export function boundBefore(userKey: Uint8Array): InternalKey {
  return { userKey, sequence: MAX_SEQUENCE, type: EntryType.RANGE_DELETION };
}

/** Whether a key is such a bound. */
export function isBoundBefore(key: InternalKey): boolean {
  return key.type === EntryType.RANGE_DELETION && key.sequence === MAX_SEQUENCE;
}

/** Reads an internal key from its stored form; undefined when it is none. */
export function decodeInternalKey(bytes: Uint8Array): InternalKey | undefined {
  const end = bytes.length - TRAILER_BYTES;
  if (end < 0) return undefined;
  const type = bytes[end] as number;
  if (!isEntryType(type)) return undefined;
  return { userKey: bytes.slice(0, end), sequence: getTrailerSequence(bytes, end), type };
}

/**
 * One entry, as an iterator stands on it: ranges of buffers that are good until the iterator moves. Iterators that
 * stand on each other share the innermost one's entry, so that nothing is copied on the way up.
 */
export class Entry {
  keyData: Uint8Array;
  keyStart = 0;
  keyEnd = 0;
  sequence = 0;
  type: number = EntryType.DELETION;
  valueData: Uint8Array;
  valueStart = 0;
  valueEnd = 0;

  constructor(empty: Uint8Array) {
    this.keyData = empty;
    this.valueData = empty;
  }

  /** A copy of the user key. */
  copyKey(): Uint8Array {
    return this.keyData.slice(this.keyStart, this.keyEnd);
  }

  /** A copy of the value. */
  copyValue(): Uint8Array {
    return this.valueData.slice(this.valueStart, this.valueEnd);
  }

  /** A copy of the key with its sequence number and type. */
  copyInternalKey(): InternalKey {
    return { userKey: this.copyKey(), sequence: this.sequence, type: this.type as EntryType };
  }

  /** Orders this entry's user key against `key`. */
  compareUserKey(key: Uint8Array): number {
    return compareRanges(this.keyData, this.keyStart, this.keyEnd, key, 0, key.length);
  }

  /** Orders this entry against the position (`key`, `sequence`). */
  compareTo(key: Uint8Array, sequence: number): number {
    const order = this.compareUserKey(key);
    if (order !== 0) return order;
    return this.sequence === sequence ? 0 : this.sequence > sequence ? -1 : 1;
  }

  /** Orders two entries. */
  compare(other: Entry): number {
    const order = compareRanges(this.keyData, this.keyStart, this.keyEnd, other.keyData, other.keyStart, other.keyEnd);
    if (order !== 0) return order;
    return this.sequence === other.sequence ? 0 : this.sequence > other.sequence ? -1 : 1;
  }
}
