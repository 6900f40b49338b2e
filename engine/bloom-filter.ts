import { getFixed32 } from "./coding.ts";

/**
 * A Bloom filter over the user keys of a table (LevelDB, util/bloom.cc): says "not here" for sure, or "perhaps". One
 * bit array for the table, then the number of probes in one byte.
 */

/** A hash of a key, 32 bits (LevelDB, util/hash.cc: akin to Murmur). */
export function bloomHash(bytes: Uint8Array, start: number, end: number): number {
  const multiplier = 0xc6a4_a793;
  let hash = 0xbc9f_1d34 ^ Math.imul(end - start, multiplier);
  let i = start;
  for (; i + 4 <= end; i += 4) {
    hash = Math.imul((hash + getFixed32(bytes, i)) | 0, multiplier);
    hash ^= hash >>> 16;
  }
  let rest = 0;
  for (let shift = 0; i < end; i++, shift += 8) rest += (bytes[i] as number) << shift;
  if (i > start && ((end - start) & 3) !== 0) {
    hash = Math.imul((hash + rest) | 0, multiplier);
    hash ^= hash >>> 24;
  }
  return hash >>> 0;
}

/** Collects the hashes of a table's keys and builds the filter. */
export class BloomFilterBuilder {
  private readonly bitsPerKey: number;
  private hashes = new Uint32Array(64);
  private count = 0;

  /** @param bitsPerKey 10 give about 1 % false positives; 0 builds no filter */
  constructor(bitsPerKey: number) {
    this.bitsPerKey = bitsPerKey;
  }

  add(keyData: Uint8Array, keyStart: number, keyEnd: number): void {
    if (this.bitsPerKey === 0) return;
    const hash = bloomHash(keyData, keyStart, keyEnd);
    // Versions of one key come together: its bits need to be set once.
    if (this.count > 0 && this.hashes[this.count - 1] === hash) return;
    if (this.count === this.hashes.length) {
      const grown = new Uint32Array(this.count * 2);
      grown.set(this.hashes);
      this.hashes = grown;
    }
    this.hashes[this.count++] = hash;
  }

  /** The filter's bytes; none when there is no filter to build. */
  finish(): Uint8Array {
    if (this.bitsPerKey === 0 || this.count === 0) return new Uint8Array(0);
    // The number of probes that makes false positives rarest is bits per key times ln 2.
    const probes = Math.min(30, Math.max(1, Math.floor(this.bitsPerKey * 0.69)));
    const bytes = Math.ceil(Math.max(64, this.count * this.bitsPerKey) / 8);
    const filter = new Uint8Array(bytes + 1);
    filter[bytes] = probes;
    const bits = bytes * 8;
    for (let i = 0; i < this.count; i++) {
      let hash = this.hashes[i] as number;
      const step = ((hash >>> 17) | (hash << 15)) >>> 0;
      for (let probe = 0; probe < probes; probe++) {
        const bit = hash % bits;
        filter[bit >>> 3] = (filter[bit >>> 3] as number) | (1 << (bit & 7));
        hash = (hash + step) >>> 0;
      }
    }
    return filter;
  }
}

/** Whether the filter admits the key; true when there is no filter. */
export function bloomMayContain(filter: Uint8Array, key: Uint8Array): boolean {
  if (filter.length < 2) return true;
  const bytes = filter.length - 1;
  const probes = filter[bytes] as number;
  // Reserved for filters of another kind: they say nothing to this reader.
  if (probes > 30) return true;
  const bits = bytes * 8;
  let hash = bloomHash(key, 0, key.length);
  const step = ((hash >>> 17) | (hash << 15)) >>> 0;
  for (let probe = 0; probe < probes; probe++) {
    const bit = hash % bits;
    if (((filter[bit >>> 3] as number) & (1 << (bit & 7))) === 0) return false;
    hash = (hash + step) >>> 0;
  }
  return true;
}
