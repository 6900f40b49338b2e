/** Up to this size engines keep an array's bytes beside the array itself, and a slab would gain nothing. */
const SMALL_BYTES = 64;
/** Longer strings get a buffer of their own. */
const LARGE_BYTES = 1_024;
const SLAB_BYTES = 8_192;

/**
 * Hands out copies of short byte strings, many of them in one buffer: to make a buffer costs several times as much as to
 * fill it. As with Node's own buffers, one string that is kept keeps the slab that it is in.
 */
export class Slab {
  private buffer: ArrayBuffer | undefined;
  private used = 0;

  /** A copy of `source[start, end)`, which belongs to the caller. */
  copy(source: Uint8Array, start: number, end: number): Uint8Array {
    const length = end - start;
    if (length <= SMALL_BYTES || length > LARGE_BYTES) return source.slice(start, end);
    if (this.buffer === undefined || this.used + length > SLAB_BYTES) {
      this.buffer = new ArrayBuffer(SLAB_BYTES);
      this.used = 0;
    }
    const copied = new Uint8Array(this.buffer, this.used, length);
    copied.set(source.subarray(start, end));
    this.used += length;
    return copied;
  }
}
