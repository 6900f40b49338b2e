const OFFSET_LOW = 0x84222325 | 0;
const OFFSET_HIGH = 0xcbf29ce4 | 0;

/** Longer content is hashed by its ends and a stride through the middle: see {@link Fingerprint.mixBytes}. */
const FULL_HASH_LIMIT = 512;
const SAMPLED_WORDS = 32;

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
   * Mixes in bytes: all of them up to 512, of longer ones the first and last 128 and 32 words between, since every block
   * that the engine writes ends in a checksum of the rest.
   */
  mixBytes(bytes: Uint8Array, start = 0, end = bytes.length): void {
    this.mix(end - start);
    if (end - start <= FULL_HASH_LIMIT) {
      this.mixRange(bytes, start, end);
      return;
    }
    this.mixRange(bytes, start, start + 128);
    const stride = Math.floor((end - start - 256) / SAMPLED_WORDS);
    for (let word = 0; word < SAMPLED_WORDS; word++) {
      const at = start + 128 + word * stride;
      this.mixRange(bytes, at, at + 4);
    }
    this.mixRange(bytes, end - 128, end);
  }

  private mixRange(bytes: Uint8Array, start: number, end: number): void {
    let index = start;
    for (; index + 4 <= end; index += 4) {
      this.mix(
        (bytes[index] as number) |
          ((bytes[index + 1] as number) << 8) |
          ((bytes[index + 2] as number) << 16) |
          ((bytes[index + 3] as number) << 24),
      );
    }
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
