import type { FileHandle } from "../host/file-system.ts";
import { Block } from "./block.ts";
import type { BlockCache, BlockSlots } from "./block-cache.ts";
import { BlockCursor } from "./block-cursor.ts";
import { bloomMayContain } from "./bloom-filter.ts";
import { NO_BYTES } from "./bytes.ts";
import { getFixed32, MalformedBytesError } from "./coding.ts";
import { Compression, COMPRESSION_EFFORT, inflateBlock } from "./compression.ts";
import type { EngineContext } from "./context.ts";
import { CorruptionError, UnsupportedFormatError } from "./errors.ts";
import { readFully } from "./file-io.ts";
import { Entry, EntryType } from "./internal-key.ts";
import type { LookupResult } from "./lookup.ts";
import type { MaybePromise } from "./maybe-promise.ts";
import { type RangeTombstone, RangeTombstones } from "./range-tombstones.ts";
import type { TableFile } from "./table-file.ts";
import type { BlockHandle, Footer } from "./table-format.ts";
import { BLOCK_TRAILER_BYTES, blockChecksum, decodeFooter, FOOTER_BYTES } from "./table-format.ts";
import { TableIndex } from "./table-index.ts";

/** How much of a table's end is read at once when it is opened: of a small table, all that is needed. */
const TAIL_BYTES = 8_192;

/** An open table: its index and filter are in memory, its blocks come from the cache or the disk. */
export class Table {
  readonly file: TableFile;
  protected readonly context: EngineContext;
  private readonly handle: FileHandle;
  private readonly cache: BlockCache;
  private readonly slots: BlockSlots = [];
  private index_: TableIndex | undefined;
  private filter: Uint8Array = NO_BYTES;
  private rangeDeletions_: RangeTombstones = RangeTombstones.NONE;
  private footer: Footer | undefined;
  private tableNumber = 0;
  /** For gets, one at a time: each is one synchronous stretch. */
  private readonly entry = new Entry(NO_BYTES);
  private readonly cursor = new BlockCursor(this.entry);
  private pins = 0;
  private whenUnpinned: (() => void) | undefined;

  /** @param handle open for reading; the table closes it */
  constructor(context: EngineContext, file: TableFile, handle: FileHandle, cache: BlockCache) {
    this.context = context;
    this.file = file;
    this.handle = handle;
    this.cache = cache;
  }

  /**
   * Reads footer, index and filter; to be called once, before all else. @throws CorruptionError, UnsupportedFormatError
   */
  async load(): Promise<void> {
    const { size, name } = this.file;
    if (size < FOOTER_BYTES) throw new CorruptionError(name, 0, "the table is shorter than its footer");
    const tailLength = Math.min(size, TAIL_BYTES);
    const tail = new Uint8Array(tailLength);
    const tailOffset = size - tailLength;
    const count = await readFully(this.handle, tail, 0, tailLength, tailOffset);
    if (count < tailLength)
      throw new CorruptionError(name, tailOffset + count, `the file is shorter than ${size} bytes`);
    const footer = decodeFooter(tail, tailLength - FOOTER_BYTES, name, size - FOOTER_BYTES);
    if (footer.tableNumber !== this.file.number) {
      throw new CorruptionError(name, size - FOOTER_BYTES, `the file holds table ${footer.tableNumber}`);
    }
    this.tableNumber = footer.tableNumber;
    this.footer = footer;
    this.index_ = new TableIndex(
      new Block(await this.readSpecial(footer.index, tail, tailOffset), name, footer.index.offset),
    );
    if (footer.rangeDeletions.size > 0) {
      const bytes = await this.readSpecial(footer.rangeDeletions, tail, tailOffset);
      this.rangeDeletions_ = readRangeDeletions(new Block(bytes, name, footer.rangeDeletions.offset));
    }
    if (footer.filter.size > 0) this.filter = await this.readSpecial(footer.filter, tail, tailOffset);
  }

  get index(): TableIndex {
    return this.index_ as TableIndex;
  }

  get rangeDeletions(): RangeTombstones {
    return this.rangeDeletions_;
  }

  /** Where the blocks behind the data blocks are, in the order in which they are stored. */
  specialBlocks(): readonly BlockHandle[] {
    return this.footer === undefined ? [] : [this.footer.rangeDeletions, this.footer.filter, this.footer.index];
  }

  /** Whether the filter admits `key`. */
  mayContain(key: Uint8Array): boolean {
    return bloomMayContain(this.filter, key);
  }

  /** What this table says of `key` as of `sequence`. The value is a copy. */
  get(key: Uint8Array, sequence: number): MaybePromise<LookupResult> {
    const cover = this.rangeDeletions_.empty ? 0 : this.rangeDeletions_.cover(key, 0, key.length, sequence);
    const nothing = cover > 0 ? null : undefined;
    if (!bloomMayContain(this.filter, key)) {
      this.context.counters.filterDenials++;
      return nothing;
    }
    const index = this.index.find(key, sequence);
    if (index === this.index.blockCount) return nothing;
    const block = this.cachedBlock(index);
    if (block !== undefined) return this.search(block, key, sequence, cover);
    return this.readBlock(index).then((read) => this.search(read, key, sequence, cover));
  }

  /** A block that is in memory. */
  cachedBlock(index: number): Block | undefined {
    const block = this.cache.get(this.slots, index);
    if (block !== undefined) this.context.counters.blockCacheHits++;
    return block;
  }

  /** Reads a block from the disk and keeps it in memory. */
  async readBlock(index: number): Promise<Block> {
    const offset = this.index.offset(index);
    const length = this.index.size(index) + BLOCK_TRAILER_BYTES;
    const bytes = new Uint8Array(length);
    await this.readExactly(bytes, offset);
    const block = this.checkedBlock(bytes, index, 0);
    this.cache.put(this.slots, index, block);
    this.context.counters.blockCacheMisses++;
    this.context.counters.blockBytesRead += length;
    this.context.cpu.charge(length * this.context.options.cpuCosts.byte);
    return block;
  }

  /** Reads `bytes.length` bytes at `offset`. @throws CorruptionError when the file ends before */
  async readExactly(bytes: Uint8Array, offset: number): Promise<void> {
    this.pin();
    let count: number;
    try {
      count = await readFully(this.handle, bytes, 0, bytes.length, offset);
    } finally {
      this.unpin();
    }
    if (count < bytes.length) {
      throw new CorruptionError(this.file.name, offset + count, "the file ends in the middle of a block");
    }
  }

  /** The block at `start` of `bytes`, once its checksum has been compared. @throws CorruptionError */
  checkedBlock(bytes: Uint8Array, index: number, start: number): Block {
    const offset = this.index.offset(index);
    const end = start + this.index.size(index);
    return new Block(this.content(bytes, start, end, offset), this.file.name, offset);
  }

  /** Keeps the file open until {@link unpin}. */
  pin(): void {
    this.pins++;
  }

  unpin(): void {
    this.pins--;
    if (this.pins === 0 && this.whenUnpinned !== undefined) this.whenUnpinned();
  }

  /** Closes the file once nobody uses it, and gives up its blocks. */
  async close(): Promise<void> {
    if (this.pins > 0) {
      await new Promise<void>((resolve) => {
        this.whenUnpinned = resolve;
      });
    }
    this.cache.drop(this.slots);
    await this.handle.close();
  }

  /** Whether a block with this checksum is believed. */
  protected acceptsChecksum(stored: number, computed: number): boolean {
    return stored === computed;
  }

  /** @param cover the sequence number of the newest range delete that has the key, or 0 */
  private search(block: Block, key: Uint8Array, sequence: number, cover: number): LookupResult {
    const { cursor, entry } = this;
    cursor.open(block);
    cursor.seek(key, sequence);
    if (!cursor.valid || entry.compareUserKey(key) !== 0) {
      if (this.filter.length > 0) this.context.counters.filterFalsePositives++;
      return cover > 0 ? null : undefined;
    }
    return entry.type === EntryType.DELETION || entry.sequence < cover
      ? null
      : this.context.values.copy(entry.valueData, entry.valueStart, entry.valueEnd);
  }

  /** The content of the index or filter block: out of the tail, if it is all in there. */
  private async readSpecial(handle: BlockHandle, tail: Uint8Array, tailOffset: number): Promise<Uint8Array> {
    const length = handle.size + BLOCK_TRAILER_BYTES;
    const bytes = new Uint8Array(length);
    if (handle.offset >= tailOffset) {
      bytes.set(tail.subarray(handle.offset - tailOffset, handle.offset - tailOffset + length));
    } else {
      await this.readExactly(bytes, handle.offset);
    }
    return this.content(bytes, 0, handle.size, handle.offset);
  }

  /** The content of the block stored at `[start, end)` of `bytes`, its trailer behind it. @throws CorruptionError */
  private content(bytes: Uint8Array, start: number, end: number, offset: number): Uint8Array {
    const { name } = this.file;
    const computed = blockChecksum(bytes, start, end, this.tableNumber, offset);
    if (!this.acceptsChecksum(getFixed32(bytes, end + 1), computed)) {
      throw new CorruptionError(name, offset, "a block's checksum does not match");
    }
    const stored = bytes.subarray(start, end);
    switch (bytes[end]) {
      case Compression.NONE:
        return stored;
      case Compression.DEFLATE:
        try {
          const content = inflateBlock(stored);
          this.context.cpu.charge(content.length * this.context.options.cpuCosts.byte * COMPRESSION_EFFORT);
          return content;
        } catch (error) {
          if (!(error instanceof MalformedBytesError)) throw error;
          throw new CorruptionError(name, offset, error.message, { cause: error });
        }
      default:
        throw new UnsupportedFormatError(name, `compression ${bytes[end]}`, "none and deflate");
    }
  }
}

function readRangeDeletions(block: Block): RangeTombstones {
  const entry = new Entry(NO_BYTES);
  const cursor = new BlockCursor(entry);
  const tombstones: RangeTombstone[] = [];
  cursor.open(block);
  for (cursor.first(); cursor.valid; cursor.next()) {
    if (entry.type !== EntryType.RANGE_DELETION) throw block.corruption("an entry is no range delete");
    tombstones.push({ from: entry.copyKey(), to: entry.copyValue(), sequence: entry.sequence });
  }
  return new RangeTombstones(tombstones);
}
