import { getFixed32 } from "./coding.ts";
import { crc32c, crc32cNumber, flippedBit, unmaskCrc } from "./crc32c.ts";
import {
  FragmentType,
  fragmentLength,
  fragmentLogNumber,
  fragmentType,
  LENGTH_AT,
  LOG_HEADER_BYTES,
  TYPE_AT,
} from "./log-format.ts";

/** A fragment whose checksum does not match, and what is known of how it was. */
export interface BadFragment {
  /** Has the fragment at `at`, and what follows it up to `end`. */
  readonly buffer: Uint8Array;
  readonly at: number;
  readonly end: number;
  /** Where it stands in its file. */
  readonly offset: number;
  /** Of the log that it would belong to. */
  readonly logNumber: number;
}

/**
 * Whether flipping one bit makes a fragment good: then it was whole once, and has rotted since. What a crash leaves of a
 * write lacks whole sectors; that it looks like this has a probability of one in 2^32 for each bit.
 *
 * The checksum's Hamming distance is 4 at the lengths of fragments (Koopman, "32-Bit Cyclic Redundancy Codes for Internet
 * Applications", DSN 2002), so that there is never a choice of bits.
 */
export function hasFlippedBit(fragment: BadFragment): boolean {
  const { buffer, at, end } = fragment;
  if (end - at < LOG_HEADER_BYTES) return false;
  const header = buffer.slice(at, at + LOG_HEADER_BYTES);
  if (hasFlippedBitBut(fragment, header)) return true;
  // In the length: then the checksum is of fewer bytes, or of more.
  for (let bit = 0; bit < 16; bit++) {
    const flipped = withFlipped(header, LENGTH_AT + (bit >>> 3), bit & 7);
    const sum = checksum(fragment, flipped);
    if (sum !== undefined && belongs(fragment, flipped) && unmaskCrc(getFixed32(flipped, 0)) === sum) return true;
  }
  return false;
}

/** Whether one flipped bit explains it that is none of the length's. */
function hasFlippedBitBut(fragment: BadFragment, header: Uint8Array): boolean {
  const sum = checksum(fragment, header);
  if (sum === undefined) return false;
  const stored = getFixed32(header, 0);
  for (let bit = 0; bit < 32; bit++) {
    if (unmaskCrc((stored ^ (1 << bit)) >>> 0) === sum) return belongs(fragment, header);
  }
  const length = fragmentLength(header, 0);
  const bit = flippedBit(unmaskCrc(stored) ^ sum, LOG_HEADER_BYTES - LENGTH_AT + length, 8);
  if (bit === undefined) return false;
  const byte = LENGTH_AT + (bit >>> 3);
  if (byte >= LOG_HEADER_BYTES) return belongs(fragment, header);
  return byte >= TYPE_AT && belongs(fragment, withFlipped(header, byte, bit & 7));
}

/** Of what the fragment would be with a header; undefined when it would go beyond what is there. */
function checksum({ buffer, at, end, offset }: BadFragment, header: Uint8Array): number | undefined {
  const from = at + LOG_HEADER_BYTES;
  const to = from + fragmentLength(header, 0);
  if (to > end) return undefined;
  return crc32cNumber(offset, crc32c(buffer, from, to, crc32c(header, LENGTH_AT, LOG_HEADER_BYTES)));
}

function belongs({ logNumber }: BadFragment, header: Uint8Array): boolean {
  const type = fragmentType(header, 0);
  return type >= FragmentType.FULL && type <= FragmentType.LAST && fragmentLogNumber(header, 0) === logNumber >>> 0;
}

function withFlipped(header: Uint8Array, byte: number, bit: number): Uint8Array {
  const flipped = header.slice();
  flipped[byte] = (header[byte] as number) ^ (1 << bit);
  return flipped;
}
