import { getFixed32 } from "./coding.ts";
import { flippedBit, unmaskCrc } from "./crc32c.ts";
import {
  fragmentChecksum,
  fragmentLength,
  fragmentLogNumber,
  fragmentType,
  isFragmentType,
  LENGTH_AT,
  LOG_HEADER_BYTES,
} from "./log-format.ts";

/** A fragment's length has so many bits. */
const LENGTH_BITS = 16;

/**
 * Whether flipping one bit makes a fragment good: then it was whole once, and has rotted since. What a crash leaves of a
 * write lacks whole sectors; that it looks like this has a probability of one in 2^32 for each bit.
 *
 * The checksum's Hamming distance is 4 at the lengths of fragments (Koopman, "32-Bit Cyclic Redundancy Codes for Internet
 * Applications", DSN 2002), so that there is never a choice of bits.
 *
 * @param bytes begin with the fragment, and go on as far as it may reach; bits are flipped in them, and flipped back
 * @param offset where it stands in its file
 * @param logNumber of the log that it would belong to
 */
export function hasFlippedBit(bytes: Uint8Array, offset: number, logNumber: number): boolean {
  if (bytes.length < LOG_HEADER_BYTES) return false;
  return suspects(bytes, offset).some((bit) => {
    flip(bytes, bit);
    const good = isFragment(bytes, offset, logNumber);
    flip(bytes, bit);
    return good;
  });
}

/**
 * Bits of which one must be the flipped one, if any is: one that the checksum tells when the length is right, and all of the
 * length, with any other of which the checksum is of other bytes.
 */
function suspects(bytes: Uint8Array, offset: number): number[] {
  const bits = Array.from({ length: LENGTH_BITS }, (_, bit) => LENGTH_AT * 8 + bit);
  const length = fragmentLength(bytes, 0);
  if (LOG_HEADER_BYTES + length > bytes.length) return bits;
  const stored = getFixed32(bytes, 0);
  const computed = fragmentChecksum(bytes, 0, length, offset);
  // In the checksum itself: the highest in which they differ, which is the only one if it is that.
  if (stored !== computed) bits.push(31 - Math.clz32(stored ^ computed));
  // In what the checksum is of, and of the offset behind that.
  const content = flippedBit(unmaskCrc(stored) ^ unmaskCrc(computed), LOG_HEADER_BYTES - LENGTH_AT + length, 8);
  if (content !== undefined) bits.push(LENGTH_AT * 8 + content);
  return bits;
}

/** Whether bytes begin with a whole fragment of a log that is as it was written. */
function isFragment(bytes: Uint8Array, offset: number, logNumber: number): boolean {
  const length = fragmentLength(bytes, 0);
  return (
    isFragmentType(fragmentType(bytes, 0)) &&
    fragmentLogNumber(bytes, 0) === logNumber >>> 0 &&
    LOG_HEADER_BYTES + length <= bytes.length &&
    getFixed32(bytes, 0) === fragmentChecksum(bytes, 0, length, offset)
  );
}

function flip(bytes: Uint8Array, bit: number): void {
  const at = bit >>> 3;
  bytes[at] = (bytes[at] as number) ^ (1 << (bit & 7));
}
