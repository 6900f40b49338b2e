/**
 * CRC-32C (Castagnoli polynomial, RFC 3720 appendix B.4): the checksum of every log record and table block. A table for
 * each byte of a step: eight bytes a step, sixteen where a range is long enough to be read by words.
 */

const POLYNOMIAL = 0x82f63b78;
const SLICES = 16;
/** Below this length, making the view of words costs more than it saves. */
const LONG_RANGE = 1_024;

/** Tables of 256 words, one after the other; never changed after this. */
const TABLE: Int32Array = (() => {
  const table = new Int32Array(SLICES * 256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
    table[byte] = crc;
  }
  for (let slice = 1; slice < SLICES; slice++) {
    for (let byte = 0; byte < 256; byte++) {
      const shorter = table[(slice - 1) * 256 + byte] as number;
      table[slice * 256 + byte] = (shorter >>> 8) ^ (table[shorter & 0xff] as number);
    }
  }
  return table;
})();

/** Whether views of words read bytes in the order in which the checksum wants them. */
const LITTLE_ENDIAN = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

/**
 * The checksum of `bytes[start, end)`.
 *
 * @param seed the checksum of what comes before, to continue it
 * @returns unsigned 32 bits
 */
export function crc32c(bytes: Uint8Array, start: number, end: number, seed = 0): number {
  let crc = ~seed;
  let i = start;
  if (end - start >= LONG_RANGE && LITTLE_ENDIAN) {
    while (((bytes.byteOffset + i) & 3) !== 0) crc = step(crc, bytes[i++] as number);
    const words = new Int32Array(bytes.buffer, bytes.byteOffset + i, ((end - i) >>> 4) << 2);
    crc = overWords(words, crc);
    i += words.byteLength;
  }
  for (const last = end - 8; i <= last; i += 8) {
    const low =
      crc ^
      ((bytes[i] as number) |
        ((bytes[i + 1] as number) << 8) |
        ((bytes[i + 2] as number) << 16) |
        ((bytes[i + 3] as number) << 24));
    crc =
      (TABLE[1792 + (low & 0xff)] as number) ^
      (TABLE[1536 + ((low >>> 8) & 0xff)] as number) ^
      (TABLE[1280 + ((low >>> 16) & 0xff)] as number) ^
      (TABLE[1024 + (low >>> 24)] as number) ^
      (TABLE[768 + (bytes[i + 4] as number)] as number) ^
      (TABLE[512 + (bytes[i + 5] as number)] as number) ^
      (TABLE[256 + (bytes[i + 6] as number)] as number) ^
      (TABLE[bytes[i + 7] as number] as number);
  }
  for (; i < end; i++) crc = step(crc, bytes[i] as number);
  return ~crc >>> 0;
}

function step(crc: number, byte: number): number {
  return (TABLE[(crc ^ byte) & 0xff] as number) ^ (crc >>> 8);
}

/**
 * Goes over words four at a time: all that there are. What does not depend on the last step comes first, and in a tree, so
 * that a processor can do it beside that step.
 */
function overWords(words: Int32Array, before: number): number {
  let crc = before;
  for (let i = 0; i < words.length; i += 4) {
    const later =
      tables(2048, words[i + 1] as number) ^ (tables(1024, words[i + 2] as number) ^ tables(0, words[i + 3] as number));
    crc = tables(3072, crc ^ (words[i] as number)) ^ later;
  }
  return crc;
}

/** The four bytes of a word through the four tables from `base` on. */
function tables(base: number, word: number): number {
  return (
    (TABLE[base + 768 + (word & 0xff)] as number) ^
    (TABLE[base + 512 + ((word >>> 8) & 0xff)] as number) ^
    ((TABLE[base + 256 + ((word >>> 16) & 0xff)] as number) ^ (TABLE[base + (word >>> 24)] as number))
  );
}

/** Continues a checksum over the eight little-endian bytes of a whole number below 2^53. */
export function crc32cNumber(value: number, seed: number): number {
  let crc = ~seed;
  let word = value >>> 0;
  for (let i = 0; i < 8; i++) {
    if (i === 4) word = Math.floor(value / 0x1_0000_0000);
    crc = (TABLE[(crc ^ word) & 0xff] as number) ^ (crc >>> 8);
    word >>>= 8;
  }
  return ~crc >>> 0;
}

/**
 * A checksum as it is stored. Rotated and shifted, because a checksum computed over bytes that contain checksums says
 * little (LevelDB, util/crc32c.h).
 */
export function maskCrc(crc: number): number {
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

/** The checksum that {@link maskCrc} has masked. */
export function unmaskCrc(masked: number): number {
  const rotated = (masked - 0xa282ead8) >>> 0;
  return ((rotated >>> 17) | (rotated << 15)) >>> 0;
}

/**
 * Which bit, if it were flipped, would change a checksum by `difference`: a checksum is linear, so that a bit's part in it
 * depends on nothing but how far it is from the end.
 *
 * @param bytes among which to look
 * @param behind bytes behind those that the checksum is of too
 * @returns counted from the first byte's lowest; undefined when it takes more than one
 */
export function flippedBit(difference: number, bytes: number, behind: number): number | undefined {
  const wanted = difference | 0;
  const parts = Int32Array.from({ length: 8 }, (_, bit) => TABLE[1 << bit] as number);
  for (let byte = bytes + behind - 1; byte >= 0; byte--) {
    for (let bit = 0; bit < 8; bit++) {
      const part = parts[bit] as number;
      if (part === wanted && byte < bytes) return byte * 8 + bit;
      parts[bit] = (TABLE[part & 0xff] as number) ^ (part >>> 8);
    }
  }
  return undefined;
}
