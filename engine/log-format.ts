import { getFixed32, putFixed32, TWO_32 } from "./coding.ts";
import { crc32c, crc32cNumber, maskCrc } from "./crc32c.ts";

/**
 * The format of logs: write-ahead logs, manifests, and whatever else appends records and must tell damage from a torn
 * end.
 *
 * A file is a sequence of blocks of 32 KiB. A record is cut into fragments so that none crosses a block: damage is then
 * confined, and a reader can find its feet again. Each fragment has a header:
 *
 * | bytes | field | |
 * |---|---|---|
 * | 4 | checksum | masked CRC-32C of the rest of the header, the payload and the fragment's own offset |
 * | 2 | length | of the payload |
 * | 1 | type | FULL, FIRST, MIDDLE or LAST |
 * | 4 | log number | low 32 bits: a block of another log, recycled or misdirected, is no part of this one |
 * | 6 | synced offset | up to where the log was known to be synced when this was written |
 *
 * Less than a header's room at the end of a block is left as zeros. The offset is in the checksum so that a fragment
 * copied to, or written at, another place is never taken for one that belongs there.
 *
 * The synced offset (Pebble's WAL-sync chunks) is what lets a reader judge a bad fragment: if any good fragment says
 * that the log was synced beyond it, it was whole once and is corrupt now. The last of a log that was synced has nothing
 * behind it that says so: it was whole if one flipped bit explains its checksum (flipped-bit.ts). Otherwise it is the torn
 * end that a crash leaves.
 */

export const LOG_BLOCK_BYTES = 32_768;
export const LOG_HEADER_BYTES = 17;

/** Zero is left out: a hole reads as zeros, and must not look like a fragment. */
export const FragmentType = { FULL: 1, FIRST: 2, MIDDLE: 3, LAST: 4 } as const;

export function isFragmentType(type: number): boolean {
  return type >= FragmentType.FULL && type <= FragmentType.LAST;
}

export const LENGTH_AT = 4;
const TYPE_AT = 6;
const LOG_NUMBER_AT = 7;
const SYNCED_AT = 11;

/** Fills in the header at `at`, of a fragment whose payload of `length` bytes follows it in `buffer`. */
export function putFragmentHeader(
  buffer: Uint8Array,
  at: number,
  length: number,
  type: number,
  logNumber: number,
  syncedOffset: number,
  fragmentOffset: number,
): void {
  buffer[at + LENGTH_AT] = length & 0xff;
  buffer[at + LENGTH_AT + 1] = length >>> 8;
  buffer[at + TYPE_AT] = type;
  putFixed32(buffer, at + LOG_NUMBER_AT, logNumber >>> 0);
  putFixed32(buffer, at + SYNCED_AT, syncedOffset >>> 0);
  const high = Math.floor(syncedOffset / TWO_32);
  buffer[at + SYNCED_AT + 4] = high & 0xff;
  buffer[at + SYNCED_AT + 5] = high >>> 8;
  putFixed32(buffer, at, fragmentChecksum(buffer, at, length, fragmentOffset));
}

/** The checksum that the fragment at `at` of `buffer`, which stands at `fragmentOffset` in its file, should have. */
export function fragmentChecksum(buffer: Uint8Array, at: number, length: number, fragmentOffset: number): number {
  const content = crc32c(buffer, at + LENGTH_AT, at + LOG_HEADER_BYTES + length);
  return maskCrc(crc32cNumber(fragmentOffset, content));
}

export function fragmentLength(buffer: Uint8Array, at: number): number {
  return (buffer[at + LENGTH_AT] as number) | ((buffer[at + LENGTH_AT + 1] as number) << 8);
}

export function fragmentType(buffer: Uint8Array, at: number): number {
  return buffer[at + TYPE_AT] as number;
}

export function fragmentLogNumber(buffer: Uint8Array, at: number): number {
  return getFixed32(buffer, at + LOG_NUMBER_AT);
}

export function fragmentSyncedOffset(buffer: Uint8Array, at: number): number {
  const high = (buffer[at + SYNCED_AT + 4] as number) | ((buffer[at + SYNCED_AT + 5] as number) << 8);
  return getFixed32(buffer, at + SYNCED_AT) + high * TWO_32;
}
