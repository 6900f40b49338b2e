/**
 * A hash of a whole content that follows its changes one by one: the sum of a hash of each pair of key and value, so that
 * neither order nor history matters (an incremental multiset hash; Bellare and Micciancio, "A new paradigm for collision-free
 * hashing", 1997, of which this has the sum but not the strength). Two sums of 32 bits: two contents that differ by accident
 * are mistaken once in 2^64. It protects from nobody who means to deceive it.
 */
export class ContentDigest {
  private low = 0;
  private high = 0;
  /** The hash of the pair that was hashed last. */
  private pairLow = 0;
  private pairHigh = 0;

  add(key: Uint8Array, value: Uint8Array): void {
    this.hashPair(key, value);
    this.low = (this.low + this.pairLow) | 0;
    this.high = (this.high + this.pairHigh) | 0;
  }

  remove(key: Uint8Array, value: Uint8Array): void {
    this.hashPair(key, value);
    this.low = (this.low - this.pairLow) | 0;
    this.high = (this.high - this.pairHigh) | 0;
  }

  /** Takes over what another has. */
  copy(other: ContentDigest): void {
    this.low = other.low;
    this.high = other.high;
  }

  get lowWord(): number {
    return this.low >>> 0;
  }

  get highWord(): number {
    return this.high >>> 0;
  }

  /** Goes on from stored words. */
  restore(low: number, high: number): void {
    this.low = low | 0;
    this.high = high | 0;
  }

  /** 16 hexadecimal digits. */
  get text(): string {
    return hex(this.highWord) + hex(this.lowWord);
  }

  private hashPair(key: Uint8Array, value: Uint8Array): void {
    this.pairLow = 0x9e3779b9 ^ key.length;
    this.pairHigh = 0x85ebca6b ^ value.length;
    this.absorb(key);
    // A key's last bytes must not weigh as the same bytes at a value's beginning.
    this.absorb(value);
    const low = avalanche(this.pairLow ^ (this.pairHigh >>> 16));
    this.pairHigh = avalanche(Math.imul(this.pairHigh, 5) + low);
    this.pairLow = low;
  }

  /** Two lanes of MurmurHash3's steps, with constants of their own, over words of four bytes. */
  private absorb(bytes: Uint8Array): void {
    let low = this.pairLow;
    let high = this.pairHigh;
    const { length } = bytes;
    let i = 0;
    for (; i + 4 <= length; i += 4) {
      const word =
        (bytes[i] as number) |
        ((bytes[i + 1] as number) << 8) |
        ((bytes[i + 2] as number) << 16) |
        ((bytes[i + 3] as number) << 24);
      low ^= Math.imul(rotate(Math.imul(word, 0xcc9e2d51), 15), 0x1b873593);
      low = Math.imul(rotate(low, 13), 5) + 0xe6546b64;
      high ^= Math.imul(rotate(Math.imul(word, 0x239b961b), 17), 0xab0e9789);
      high = Math.imul(rotate(high, 19), 5) + 0x561ccd1b;
    }
    let rest = length - i + 1;
    for (; i < length; i++) rest = (rest << 8) | (bytes[i] as number);
    low ^= Math.imul(rotate(Math.imul(rest, 0xcc9e2d51), 15), 0x1b873593);
    this.pairLow = Math.imul(rotate(low, 13), 5) + 0xe6546b64;
    high ^= Math.imul(rotate(Math.imul(rest, 0x239b961b), 17), 0xab0e9789);
    this.pairHigh = Math.imul(rotate(high, 19), 5) + 0x561ccd1b;
  }
}

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

/** MurmurHash3's finish: every bit of the word has a say in every bit of the result. */
function avalanche(word: number): number {
  let mixed = word ^ (word >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

function hex(word: number): string {
  return word.toString(16).padStart(8, "0");
}
