import { copyRange, NO_BYTES, withCapacity } from "./bytes.ts";
import { putFixed32, putVarint } from "./coding.ts";
import { putTrailer, TRAILER_BYTES } from "./internal-key.ts";

/**
 * Lays entries out as a block (LevelDB, table/block_builder.cc):
 *
 * Each entry is: bytes shared with the previous key, bytes not shared, value length (varints), the key's rest, the
 * value. Every few entries, at a restart point, the whole key is stored, so that a reader can search among these. Their
 * offsets, and their count, close the block, in four bytes each. Keys are internal keys in stored form.
 */
export class BlockBuilder {
  private readonly restartInterval: number;
  private buffer: Uint8Array = NO_BYTES;
  private used = 0;
  private restarts: number[] = [];
  private sinceRestart = 0;
  private count_ = 0;
  /** The last key, and room to lay out the next: they take turns. */
  private last: Uint8Array = NO_BYTES;
  private lastLength = 0;
  private scratch: Uint8Array = NO_BYTES;

  /** @param restartInterval entries from one restart point to the next, at least 1 */
  constructor(restartInterval: number) {
    this.restartInterval = restartInterval;
  }

  get empty(): boolean {
    return this.count_ === 0;
  }

  /** Bytes the block would have if it were finished now. */
  get size(): number {
    return this.used + (this.restarts.length + 1) * 4;
  }

  /** Adds an entry; entries come in the order of their internal keys. The ranges are copied. */
  add(
    keyData: Uint8Array,
    keyStart: number,
    keyEnd: number,
    sequence: number,
    type: number,
    valueData: Uint8Array,
    valueStart: number,
    valueEnd: number,
  ): void {
    const userLength = keyEnd - keyStart;
    const keyLength = userLength + TRAILER_BYTES;
    const key = withCapacity(this.scratch, 0, keyLength);
    copyRange(keyData, keyStart, keyEnd, key, 0);
    putTrailer(key, userLength, sequence, type);

    let shared = 0;
    if (this.restarts.length === 0 || this.sinceRestart === this.restartInterval) {
      this.restarts.push(this.used);
      this.sinceRestart = 0;
    } else {
      const limit = Math.min(keyLength, this.lastLength);
      const last = this.last;
      while (shared < limit && key[shared] === last[shared]) shared++;
    }

    const valueLength = valueEnd - valueStart;
    this.buffer = withCapacity(this.buffer, this.used, this.used + 15 + keyLength - shared + valueLength);
    const buffer = this.buffer;
    let at = putVarint(buffer, this.used, shared);
    at = putVarint(buffer, at, keyLength - shared);
    at = putVarint(buffer, at, valueLength);
    copyRange(key, shared, keyLength, buffer, at);
    at += keyLength - shared;
    copyRange(valueData, valueStart, valueEnd, buffer, at);
    this.used = at + valueLength;

    this.scratch = this.last;
    this.last = key;
    this.lastLength = keyLength;
    this.sinceRestart++;
    this.count_++;
  }

  /** Completes the block. @returns a view that is good until {@link reset} */
  finish(): Uint8Array {
    if (this.restarts.length === 0) this.restarts.push(0);
    const size = this.size;
    this.buffer = withCapacity(this.buffer, this.used, size);
    let at = this.used;
    for (const restart of this.restarts) {
      putFixed32(this.buffer, at, restart);
      at += 4;
    }
    putFixed32(this.buffer, at, this.restarts.length);
    return this.buffer.subarray(0, size);
  }

  /** Begins the next block. */
  reset(): void {
    this.used = 0;
    this.restarts = [];
    this.sinceRestart = 0;
    this.lastLength = 0;
    this.count_ = 0;
  }
}
