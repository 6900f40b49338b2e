import type { Block } from "./block.ts";
import { BlockCursor } from "./block-cursor.ts";
import { NO_BYTES } from "./bytes.ts";
import { InternalIterator } from "./internal-iterator.ts";
import { Entry } from "./internal-key.ts";
import type { MaybePromise, Pending } from "./maybe-promise.ts";
import type { Table } from "./table.ts";
import { BLOCK_TRAILER_BYTES } from "./table-format.ts";

/** Walks over a table's entries. */
export class TableIterator extends InternalIterator {
  protected readonly table: Table;
  private readonly cursor: BlockCursor;
  private block = -1;
  private closed = false;

  /** @param table pinned; the iterator unpins it when it is closed */
  constructor(table: Table) {
    super();
    this.entry = new Entry(NO_BYTES);
    this.table = table;
    this.cursor = new BlockCursor(this.entry);
  }

  override first(): Pending {
    return this.enter(0, this.toFirst);
  }

  override last(): Pending {
    return this.enter(this.table.index.blockCount - 1, this.toLast);
  }

  override seek(key: Uint8Array, sequence: number): Pending {
    return this.enter(this.table.index.find(key, sequence), () => {
      this.cursor.seek(key, sequence);
      return this.settleForwards();
    });
  }

  override next(): Pending {
    this.cursor.next();
    return this.settleForwards();
  }

  override previous(): Pending {
    this.cursor.previous();
    return this.settleBackwards();
  }

  override close(): void {
    if (this.closed) return;
    this.closed = true;
    this.valid = false;
    this.table.unpin();
  }

  /** A block, from wherever this iterator takes its blocks. */
  protected fetch(index: number): MaybePromise<Block> {
    return this.table.cachedBlock(index) ?? this.table.readBlock(index);
  }

  private readonly toFirst = (): Pending => {
    this.cursor.first();
    return this.settleForwards();
  };

  private readonly toLast = (): Pending => {
    this.cursor.last();
    return this.settleBackwards();
  };

  private settleForwards(): Pending {
    this.valid = this.cursor.valid;
    return this.valid ? undefined : this.enter(this.block + 1, this.toFirst);
  }

  private settleBackwards(): Pending {
    this.valid = this.cursor.valid;
    return this.valid ? undefined : this.enter(this.block - 1, this.toLast);
  }

  /** Turns to a block and then moves within it; past either end the iterator is not valid. */
  private enter(index: number, move: () => Pending): Pending {
    this.valid = false;
    this.block = index;
    if (index < 0 || index >= this.table.index.blockCount) return undefined;
    const fetched = this.fetch(index);
    if (fetched instanceof Promise) {
      return fetched.then((block) => {
        this.cursor.open(block);
        return move();
      });
    }
    this.cursor.open(fetched);
    return move();
  }
}

/**
 * Walks over a table once, forwards, reading many blocks at a time past the cache: what a compaction reads, nobody asks
 * for again, and it must not drive out what readers use.
 */
export class SequentialTableIterator extends TableIterator {
  private readonly readAhead: number;
  private span: Uint8Array | undefined;
  private spanFirst = 0;
  private spanLast = -1;

  /** @param readAhead bytes to read at once; at least one block is */
  constructor(table: Table, readAhead: number) {
    super(table);
    this.readAhead = readAhead;
  }

  protected override fetch(index: number): MaybePromise<Block> {
    if (this.span !== undefined && index >= this.spanFirst && index <= this.spanLast) {
      return this.blockOf(this.span, index);
    }
    return this.readSpan(index);
  }

  private blockOf(span: Uint8Array, index: number): Block {
    const start = this.table.index.offset(index) - this.table.index.offset(this.spanFirst);
    return this.table.checkedBlock(span, index, start);
  }

  private async readSpan(first: number): Promise<Block> {
    const { index } = this.table;
    const begin = index.offset(first);
    let last = first;
    while (last + 1 < index.blockCount && this.endOf(last + 1) - begin <= this.readAhead) last++;
    // A new buffer each time: blocks are views of it.
    const span = new Uint8Array(this.endOf(last) - begin);
    await this.table.readExactly(span, begin);
    this.span = span;
    this.spanFirst = first;
    this.spanLast = last;
    return this.blockOf(span, first);
  }

  private endOf(block: number): number {
    return this.table.index.offset(block) + this.table.index.size(block) + BLOCK_TRAILER_BYTES;
  }
}
