import type { FileHandle } from "../host/file-system.ts";
import { BlockBuilder } from "./block-builder.ts";
import { BloomFilterBuilder } from "./bloom-filter.ts";
import { copyRange, NO_BYTES, withCapacity } from "./bytes.ts";
import { putFixed32, putVarint } from "./coding.ts";
import { Compression, COMPRESSION_EFFORT, deflateBlock } from "./compression.ts";
import type { EngineContext } from "./context.ts";
import { writeFully } from "./file-io.ts";
import type { Entry, InternalKey } from "./internal-key.ts";
import { boundBefore, compareInternalKeys, EntryType, MAX_SEQUENCE } from "./internal-key.ts";
import type { Pending } from "./maybe-promise.ts";
import type { RangeTombstone } from "./range-tombstones.ts";
import type { TableProperties } from "./table-file.ts";
import type { BlockHandle } from "./table-format.ts";
import { BLOCK_TRAILER_BYTES, blockChecksum, encodeFooter } from "./table-format.ts";

const NO_BLOCK: BlockHandle = { offset: 0, size: 0 };

/** Writes one table: entries in, in the order of their internal keys, a durable file out. */
export class TableBuilder {
  readonly number: number;
  protected readonly context: EngineContext;
  protected readonly handle: FileHandle;
  private readonly dataBlock: BlockBuilder;
  private readonly indexBlock = new BlockBuilder(1);
  private readonly filter: BloomFilterBuilder;

  /** Finished blocks that are not in the file yet, and where in the file they go. */
  private output: Uint8Array = NO_BYTES;
  private outputUsed = 0;
  private written = 0;

  /** A finished block that waits for the next block's first key, to be indexed by a short separator. */
  private unindexed: BlockHandle | undefined;
  private lastKey: Uint8Array = NO_BYTES;
  private lastKeyLength = 0;
  private lastSequence = 0;
  private lastType: number = EntryType.VALUE;

  private entries_ = 0;
  private deletions = 0;
  private smallest: InternalKey | undefined;
  private readonly tombstones: RangeTombstone[] = [];
  private smallestSequence = MAX_SEQUENCE;
  private largestSequence = 0;

  /** @param handle a new, empty file, open for writing; the builder closes it */
  constructor(context: EngineContext, number: number, handle: FileHandle) {
    this.context = context;
    this.number = number;
    this.handle = handle;
    this.dataBlock = new BlockBuilder(context.options.blockRestartInterval);
    this.filter = new BloomFilterBuilder(context.options.bloomBitsPerKey);
  }

  /** Entries added. */
  get entries(): number {
    return this.entries_;
  }

  /** Bytes that the table has so far, its index and filter not counted. */
  get size(): number {
    return this.written + this.outputUsed + (this.dataBlock.empty ? 0 : this.dataBlock.size);
  }

  /** Adds an entry, copying it. Returns a promise when the caller must wait for the disk before it goes on. */
  add(entry: Entry): Pending {
    const { keyData, keyStart, keyEnd, sequence, type } = entry;
    if (this.unindexed !== undefined) this.indexBefore(keyData, keyStart, keyEnd);
    this.smallest ??= entry.copyInternalKey();
    this.dataBlock.add(keyData, keyStart, keyEnd, sequence, type, entry.valueData, entry.valueStart, entry.valueEnd);
    this.filter.add(keyData, keyStart, keyEnd);
    this.entries_++;
    if (type === EntryType.DELETION) this.deletions++;
    if (sequence < this.smallestSequence) this.smallestSequence = sequence;
    if (sequence > this.largestSequence) this.largestSequence = sequence;
    this.lastKeyLength = keyEnd - keyStart;
    this.lastKey = withCapacity(this.lastKey, 0, this.lastKeyLength);
    copyRange(keyData, keyStart, keyEnd, this.lastKey, 0);
    this.lastSequence = sequence;
    this.lastType = type;
    this.context.cpu.charge(this.context.options.cpuCosts.tableEntry);
    if (this.dataBlock.size < this.context.options.blockBytes) return undefined;
    this.endDataBlock();
    return this.outputUsed < this.context.options.transferBytes ? undefined : this.writeOut();
  }

  /** Adds a range delete; they come in the order of their first keys, then the newest first. */
  addRangeDeletion(tombstone: RangeTombstone): void {
    this.tombstones.push(tombstone);
    const { sequence } = tombstone;
    if (sequence < this.smallestSequence) this.smallestSequence = sequence;
    if (sequence > this.largestSequence) this.largestSequence = sequence;
    this.context.cpu.charge(this.context.options.cpuCosts.tableEntry);
  }

  /** Completes the table, which has at least one entry or range delete, and makes it durable. The directory is the caller's to sync. */
  async finish(): Promise<TableProperties> {
    const { smallest, largest } = this.bounds();
    if (!this.dataBlock.empty) this.endDataBlock();
    if (this.unindexed !== undefined) this.index(this.lastKey, this.lastKeyLength, this.lastSequence, this.lastType);
    const rangeDeletions = this.tombstones.length === 0 ? NO_BLOCK : this.appendBlock(this.rangeDeletionBlock());
    const filter = this.filter.finish();
    const filterHandle = filter.length === 0 ? NO_BLOCK : this.appendBlock(filter);
    const indexHandle = this.appendBlock(this.indexBlock.finish());
    this.append(
      encodeFooter({
        index: indexHandle,
        filter: filterHandle,
        rangeDeletions,
        tableNumber: this.number,
      }),
    );
    await this.writeOut();
    await this.syncFile();
    await this.closeFile();
    return {
      number: this.number,
      size: this.written,
      entries: this.entries_,
      deletions: this.deletions,
      rangeDeletions: this.tombstones.length,
      smallest,
      largest,
      smallestSequence: this.smallestSequence,
      largestSequence: this.largestSequence,
    };
  }

  /** Gives the file up after a failure; what it holds is of no use, and the next open removes it. */
  async abandon(): Promise<void> {
    await this.handle.close();
  }

  /**
   * Makes the file durable. Without it the manifest could name a table whose content a power loss took, while the log
   * that still had the entries is deleted.
   */
  protected syncFile(): Promise<void> {
    return this.handle.sync();
  }

  /** Closes the file. A network mount writes back at close: an error here is a failure to write, and not to be lost. */
  protected closeFile(): Promise<void> {
    return this.handle.close();
  }

  /** The first and last key, those of range deletes included. */
  private bounds(): { readonly smallest: InternalKey; readonly largest: InternalKey } {
    let { smallest } = this;
    let largest: InternalKey | undefined;
    if (smallest !== undefined) {
      const userKey = this.lastKey.slice(0, this.lastKeyLength);
      largest = { userKey, sequence: this.lastSequence, type: this.lastType as EntryType };
    }
    for (const { from, to, sequence } of this.tombstones) {
      const first: InternalKey = { userKey: from, sequence, type: EntryType.RANGE_DELETION };
      const last = boundBefore(to);
      if (smallest === undefined || compareInternalKeys(first, smallest) < 0) smallest = first;
      if (largest === undefined || compareInternalKeys(last, largest) > 0) largest = last;
    }
    if (smallest === undefined || largest === undefined) throw new TypeError("a table without entries was finished");
    return { smallest, largest };
  }

  private rangeDeletionBlock(): Uint8Array {
    const block = new BlockBuilder(1);
    for (const { from, to, sequence } of this.tombstones) {
      block.add(from, 0, from.length, sequence, EntryType.RANGE_DELETION, to, 0, to.length);
    }
    return block.finish();
  }

  private endDataBlock(): void {
    this.unindexed = this.appendBlock(this.dataBlock.finish());
    this.dataBlock.reset();
  }

  /** Indexes the finished block by a key between its last and the next block's first, as short as can be. */
  private indexBefore(keyData: Uint8Array, keyStart: number, keyEnd: number): void {
    const last = this.lastKey;
    const limit = Math.min(this.lastKeyLength, keyEnd - keyStart);
    let shared = 0;
    while (shared < limit && last[shared] === keyData[keyStart + shared]) shared++;
    if (shared < limit && (last[shared] as number) + 1 < (keyData[keyStart + shared] as number)) {
      const separator = last.slice(0, shared + 1);
      separator[shared] = (separator[shared] as number) + 1;
      this.index(separator, separator.length, MAX_SEQUENCE, EntryType.VALUE);
      return;
    }
    this.index(last, this.lastKeyLength, this.lastSequence, this.lastType);
  }

  private index(separator: Uint8Array, length: number, sequence: number, type: number): void {
    const handle = this.unindexed as BlockHandle;
    const value = new Uint8Array(16);
    const end = putVarint(value, putVarint(value, 0, handle.offset), handle.size);
    this.indexBlock.add(separator, 0, length, sequence, type, value, 0, end);
    this.unindexed = undefined;
  }

  /** Puts a block and its trailer behind what there is, compressed if that is wanted and worth it. */
  private appendBlock(block: Uint8Array): BlockHandle {
    const deflated = this.context.options.compression === "deflate" ? this.deflate(block) : undefined;
    if (deflated !== undefined) return this.store(deflated, Compression.DEFLATE);
    return this.store(block, Compression.NONE);
  }

  private deflate(block: Uint8Array): Uint8Array | undefined {
    this.context.cpu.charge(block.length * this.context.options.cpuCosts.byte * COMPRESSION_EFFORT);
    return deflateBlock(block);
  }

  private store(block: Uint8Array, compression: number): BlockHandle {
    const handle: BlockHandle = { offset: this.written + this.outputUsed, size: block.length };
    const start = this.outputUsed;
    this.append(block, BLOCK_TRAILER_BYTES);
    const end = start + block.length;
    this.output[end] = compression;
    putFixed32(this.output, end + 1, blockChecksum(this.output, start, end, this.number, handle.offset));
    this.outputUsed = end + BLOCK_TRAILER_BYTES;
    return handle;
  }

  private append(bytes: Uint8Array, room = 0): void {
    this.output = withCapacity(this.output, this.outputUsed, this.outputUsed + bytes.length + room);
    copyRange(bytes, 0, bytes.length, this.output, this.outputUsed);
    this.outputUsed += bytes.length;
  }

  private async writeOut(): Promise<void> {
    const length = this.outputUsed;
    if (length > 0) {
      await writeFully(this.handle, this.output, 0, length, this.written);
      this.written += length;
      this.outputUsed = 0;
      this.context.cpu.charge(length * this.context.options.cpuCosts.byte);
    }
    await this.context.cpu.pay();
  }
}
