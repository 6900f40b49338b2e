/** What unbuffered transfers are multiples of, in bytes. */
export const SECTOR = 512;

/** The strictest alignment that a disk asks of memory, in bytes. */
const PAGE = 4096;

/** Allocators align at least so far, in bytes; only multiples of it need trying. */
const STEP = 8;

const TRIALS = PAGE / STEP;

/**
 * Memory for one transfer that bypasses the page cache. The kernel refuses buffers that begin at the wrong address, and
 * JavaScript cannot see addresses: so the right beginning is found by trial, once for each piece of memory.
 */
export class DirectBuffer {
  /** Bytes. */
  readonly capacity: number;
  private readonly memory: Uint8Array;
  private trial = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
    this.memory = new Uint8Array(capacity + PAGE);
  }

  /** The first `length` bytes at the beginning to be tried now. */
  view(length: number): Uint8Array {
    // Large blocks are mapped in whole pages and begin with the allocator's header of 16 bytes: the first guess.
    const start = (PAGE - 16 + this.trial * STEP) % PAGE;
    return this.memory.subarray(start, start + length);
  }

  /** Moves on to the next beginning; false when all were tried, and the next is the first again. */
  next(): boolean {
    this.trial = (this.trial + 1) % TRIALS;
    return this.trial !== 0;
  }
}
