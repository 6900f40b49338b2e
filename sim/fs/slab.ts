import { nativeView, type NativeBuffer } from "./native-buffer.ts";

/**
 * Copies of what is being written, packed into large blocks: a copy is a place in a slab, not an object of its own.
 */

const SLAB_BYTES = 256 * 1024;
const LARGEST_PACKED = 64 * 1024;
const KEPT_FREE = 16;

export class Slab {
  readonly bytes: Uint8Array;
  readonly native: NativeBuffer | undefined;
  /** Copies in use. */
  users = 0;

  constructor(size: number) {
    this.bytes = new Uint8Array(size);
    this.native = nativeView(this.bytes);
  }
}

/** Hands out places in slabs, and uses a slab again once nobody needs what is in it. */
export class SlabPool {
  private current = new Slab(SLAB_BYTES);
  private used = 0;
  private readonly free: Slab[] = [];

  /** Set by {@link copy}: where in the slab the copy begins. */
  start = 0;

  /** Copies a range of a buffer; the copy begins at {@link start} of the returned slab, until it is released. */
  copy(buffer: Uint8Array, offset: number, length: number): Slab {
    const slab = this.place(length);
    if (offset === 0 && length === buffer.length) slab.bytes.set(buffer, this.start);
    else slab.bytes.set(buffer.subarray(offset, offset + length), this.start);
    slab.users++;
    return slab;
  }

  /** Gives one copy in a slab back. */
  release(slab: Slab): void {
    if (
      --slab.users === 0 &&
      slab !== this.current &&
      slab.bytes.length === SLAB_BYTES &&
      this.free.length < KEPT_FREE
    ) {
      this.free.push(slab);
    }
  }

  private place(length: number): Slab {
    if (length > LARGEST_PACKED) {
      this.start = 0;
      return new Slab(length);
    }
    if (this.used + length > SLAB_BYTES) {
      // Nobody uses the slab that is full: start over in it.
      if (this.current.users > 0) this.current = this.free.pop() ?? new Slab(SLAB_BYTES);
      this.used = 0;
    } else if (this.current.users === 0) {
      this.used = 0;
    }
    this.start = this.used;
    this.used += length;
    return this.current;
  }
}

/** Whether a range of a buffer equals the copy taken of it. */
export function sameBytes(slab: Slab, start: number, buffer: Uint8Array, offset: number, length: number): boolean {
  const { bytes, native } = slab;
  if (native !== undefined) return native.compare(buffer, offset, offset + length, start, start + length) === 0;
  for (let index = 0; index < length; index++) {
    if (bytes[start + index] !== buffer[offset + index]) return false;
  }
  return true;
}
