const OFFSET_LOW = 0x84222325 | 0;
const OFFSET_HIGH = 0xcbf29ce4 | 0;

/** Longer content is hashed by its ends and a stride through the middle: see {@link Fingerprint.mixBytes}. */
const FULL_HASH_LIMIT = 256;
const ENDS = 64;
const SAMPLED_WORDS = 16;

/**
 * A rolling 64-bit digest in two 32-bit lanes, each a multiply-xorshift with its own constants. It tells two runs apart; it
 * is no cryptographic hash.
 */
export class Fingerprint {
  private low = OFFSET_LOW;
  private high = OFFSET_HIGH;

  /** Mixes in a 32-bit whole number. */
  mix(value: number): void {
    let low = Math.imul(this.low ^ value, 0x9e3779b1);
    low ^= low >>> 15;
    this.low = low;
    let high = Math.imul((this.high + value) | 0, 0x85ebca6b) ^ low;
    high = (high << 13) | (high >>> 19);
    this.high = high;
  }

  /** Mixes in a whole number of up to 53 bits. */
  mixNumber(value: number): void {
    this.mix(value | 0);
    this.mix((value / 0x1_0000_0000) | 0);
  }

  mixString(text: string): void {
    this.mix(text.length);
    for (let index = 0; index < text.length; index++) this.mix(text.charCodeAt(index));
  }

  /**
   * Mixes in bytes: all of them up to 256, of longer ones the first and last 64 and 16 words between, since every block
   * that the engine writes begins with a header or ends in a checksum of the rest.
   */
  mixBytes(bytes: Uint8Array, start = 0, end = bytes.length): void {
    this.mix(end - start);
    if (end - start <= FULL_HASH_LIMIT) {
      this.mixRange(bytes, start, end);
      return;
    }
    this.mixRange(bytes, start, start + ENDS);
    const stride = Math.floor((end - start - 2 * ENDS) / SAMPLED_WORDS);
    let at = start + ENDS;
    for (let word = 0; word < SAMPLED_WORDS; word++, at += stride) {
      this.mix(wordAt(bytes, at));
    }
    this.mixRange(bytes, end - ENDS, end);
  }

  private mixRange(bytes: Uint8Array, start: number, end: number): void {
    let { low, high } = this;
    let index = start;
    // As mix does, without writing the lanes back after each word.
    for (; index + 4 <= end; index += 4) {
      const word = wordAt(bytes, index);
      low = Math.imul(low ^ word, 0x9e3779b1);
      low ^= low >>> 15;
      high = Math.imul((high + word) | 0, 0x85ebca6b) ^ low;
      high = (high << 13) | (high >>> 19);
    }
    this.low = low;
    this.high = high;
    if (index === end) return;
    let tail = 0;
    for (; index < end; index++) tail = (tail << 8) | (bytes[index] as number);
    this.mix(tail);
  }

  /** The low lane: enough to notice, event by event, that two runs have parted. */
  get lane(): number {
    return this.low >>> 0;
  }

  /** Sixteen hexadecimal digits in groups of four: "91c2 04be 77aa 10fd". */
  toString(): string {
    const hex = (this.high >>> 0).toString(16).padStart(8, "0") + (this.low >>> 0).toString(16).padStart(8, "0");
    return `${hex.slice(0, 4)} ${hex.slice(4, 8)} ${hex.slice(8, 12)} ${hex.slice(12)}`;
  }
}

/** Four bytes as a number, the first lowest. */
function wordAt(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24)
  );
}
