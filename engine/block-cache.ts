import type { Block } from "./block.ts";

/** A block in the cache, in its place in the order of use. */
export interface CachedBlock {
  readonly block: Block;
  readonly owner: BlockSlots;
  readonly index: number;
  older: CachedBlock | undefined;
  newer: CachedBlock | undefined;
}

/** The blocks of one table that are cached, by their index: a hit needs no hashing. */
export type BlockSlots = (CachedBlock | undefined)[];

/** Keeps blocks in memory up to a number of bytes, and gives up those that were not used for longest. */
export class BlockCache {
  private readonly capacity: number;
  private bytes_ = 0;
  private newest: CachedBlock | undefined;
  private oldest: CachedBlock | undefined;

  /** @param capacity bytes; 0 keeps nothing */
  constructor(capacity: number) {
    this.capacity = capacity;
  }

  /** Bytes of the blocks it holds. */
  get bytes(): number {
    return this.bytes_;
  }

  /** The block in a slot, which counts as a use. */
  get(owner: BlockSlots, index: number): Block | undefined {
    const cached = owner[index];
    if (cached === undefined) return undefined;
    if (cached !== this.newest) {
      this.unlink(cached);
      this.link(cached);
    }
    return cached.block;
  }

  put(owner: BlockSlots, index: number, block: Block): void {
    const present = owner[index];
    if (present !== undefined) this.remove(present);
    const cached: CachedBlock = { block, owner, index, older: undefined, newer: undefined };
    owner[index] = cached;
    this.link(cached);
    this.bytes_ += block.bytes.length;
    while (this.bytes_ > this.capacity && this.oldest !== undefined) this.remove(this.oldest);
  }

  /** Gives up all blocks of a table. */
  drop(owner: BlockSlots): void {
    for (const cached of owner) if (cached !== undefined) this.remove(cached);
    owner.length = 0;
  }

  private remove(cached: CachedBlock): void {
    this.unlink(cached);
    cached.owner[cached.index] = undefined;
    this.bytes_ -= cached.block.bytes.length;
  }

  private link(cached: CachedBlock): void {
    cached.older = this.newest;
    cached.newer = undefined;
    if (this.newest === undefined) this.oldest = cached;
    else this.newest.newer = cached;
    this.newest = cached;
  }

  private unlink(cached: CachedBlock): void {
    if (cached.older === undefined) this.oldest = cached.newer;
    else cached.older.newer = cached.newer;
    if (cached.newer === undefined) this.newest = cached.older;
    else cached.newer.older = cached.older;
  }
}
