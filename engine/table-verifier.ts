import { OpenFlag } from "../host/file-system.ts";
import { BlockCache } from "./block-cache.ts";
import { BlockCursor } from "./block-cursor.ts";
import { compareBytes, NO_BYTES } from "./bytes.ts";
import type { EngineContext } from "./context.ts";
import { CorruptionError } from "./errors.ts";
import { boundBefore, compareInternalKeys, Entry, EntryType, type InternalKey, MAX_SEQUENCE } from "./internal-key.ts";
import type { Table } from "./table.ts";
import type { TableFile } from "./table-file.ts";
import { BLOCK_TRAILER_BYTES, FOOTER_BYTES } from "./table-format.ts";

/** What a table was found to hold. */
export interface TableContent {
  readonly blocks: number;
  readonly entries: number;
}

/**
 * Reads one table whole, past every cache, and compares it with what the manifest says of it: each byte is covered by a
 * checksum, keys rise, each is found through index, restart points and filter, counts and bounds are exact.
 */
export class TableVerifier {
  private readonly context: EngineContext;
  private readonly file: TableFile;
  private readonly entry = new Entry(NO_BYTES);
  private readonly cursor = new BlockCursor(this.entry);
  private readonly found = new Entry(NO_BYTES);
  private readonly finder = new BlockCursor(this.found);
  private entries = 0;
  private deletions = 0;
  private smallest: InternalKey | undefined;
  private largest: InternalKey | undefined;
  private smallestSequence = MAX_SEQUENCE;
  private largestSequence = 0;

  constructor(context: EngineContext, file: TableFile) {
    this.context = context;
    this.file = file;
  }

  /** @throws CorruptionError, UnsupportedFormatError, FileSystemError */
  async run(): Promise<TableContent> {
    const { context, file } = this;
    const path = context.path(file.name);
    const { size } = await context.fs.stat(path);
    if (size !== file.size) {
      throw this.corruption(Math.min(size, file.size), `the file has ${size} bytes, the manifest says ${file.size}`);
    }
    const handle = await context.fs.open(path, OpenFlag.READ);
    // A cache that keeps nothing: what counts is what the disk has.
    const table = new context.parts.Table(context, file, handle, new BlockCache(0));
    try {
      await table.load();
      return await this.check(table);
    } finally {
      await table.close();
    }
  }

  private async check(table: Table): Promise<TableContent> {
    const { index } = table;
    let end = 0;
    for (let number = 0; number < index.blockCount; number++) {
      if (index.offset(number) !== end) {
        throw this.corruption(end, `block ${number} is at ${index.offset(number)}, behind a gap`);
      }
      await this.checkBlock(table, number);
      end += index.size(number) + BLOCK_TRAILER_BYTES;
    }
    for (const { offset, size } of table.specialBlocks()) {
      if (size === 0) continue;
      if (offset !== end) throw this.corruption(end, `the block that should be here is at ${offset}`);
      end += size + BLOCK_TRAILER_BYTES;
    }
    if (end + FOOTER_BYTES !== this.file.size) throw this.corruption(end, "the footer does not follow the last block");
    this.checkRangeDeletions(table);
    this.compareProperties();
    return { blocks: index.blockCount, entries: this.entries };
  }

  private async checkBlock(table: Table, number: number): Promise<void> {
    const { cursor, entry, context } = this;
    const length = table.index.size(number) + BLOCK_TRAILER_BYTES;
    const bytes = new Uint8Array(length);
    const offset = table.index.offset(number);
    await table.readExactly(bytes, offset);
    const block = table.checkedBlock(bytes, number, 0);
    cursor.open(block);
    this.finder.open(block);
    cursor.first();
    if (!cursor.valid) throw this.corruption(offset, "a block is empty");
    for (; cursor.valid; cursor.next()) {
      const key = entry.copyInternalKey();
      if (this.largest !== undefined && compareInternalKeys(this.largest, key) >= 0) {
        throw this.corruption(offset, "keys are not in order");
      }
      if (table.index.find(key.userKey, key.sequence) !== number) {
        throw this.corruption(offset, "the index does not lead to a key of this block");
      }
      this.finder.seek(key.userKey, key.sequence);
      if (!this.finder.valid || this.found.compareTo(key.userKey, key.sequence) !== 0) {
        throw this.corruption(offset, "the block's restart points do not lead to one of its keys");
      }
      if (!table.mayContain(key.userKey)) throw this.corruption(offset, "the filter denies a key of this block");
      if (key.type === EntryType.RANGE_DELETION) throw this.corruption(offset, "a range delete is among single keys");
      this.note(key);
    }
    context.cpu.charge(length * context.options.cpuCosts.byte);
    await context.cpu.pay();
  }

  private note(key: InternalKey): void {
    this.smallest ??= key;
    this.largest = key;
    this.entries++;
    if (key.type === EntryType.DELETION) this.deletions++;
    if (key.sequence < this.smallestSequence) this.smallestSequence = key.sequence;
    if (key.sequence > this.largestSequence) this.largestSequence = key.sequence;
  }

  private checkRangeDeletions(table: Table): void {
    const tombstones = table.rangeDeletions.within();
    this.compare("range deletes", tombstones.length, this.file.rangeDeletions);
    for (const { from, to, sequence } of tombstones) {
      const first: InternalKey = { userKey: from, sequence, type: EntryType.RANGE_DELETION };
      const last = boundBefore(to);
      if (this.smallest === undefined || compareInternalKeys(first, this.smallest) < 0) this.smallest = first;
      if (this.largest === undefined || compareInternalKeys(last, this.largest) > 0) this.largest = last;
      if (sequence < this.smallestSequence) this.smallestSequence = sequence;
      if (sequence > this.largestSequence) this.largestSequence = sequence;
    }
  }

  private compareProperties(): void {
    const { file } = this;
    this.compare("entries", this.entries, file.entries);
    this.compare("deletions", this.deletions, file.deletions);
    this.compare("as lowest sequence number", this.smallestSequence, file.smallestSequence);
    this.compare("as highest sequence number", this.largestSequence, file.largestSequence);
    this.compareKey("smallest", this.smallest, file.smallest);
    this.compareKey("largest", this.largest, file.largest);
  }

  private compare(what: string, found: number, recorded: number): void {
    if (found === recorded) return;
    throw this.corruption(undefined, `it has ${found} ${what}, the manifest says ${recorded}`);
  }

  private compareKey(what: string, found: InternalKey | undefined, recorded: InternalKey): void {
    const same =
      found !== undefined &&
      compareBytes(found.userKey, recorded.userKey) === 0 &&
      found.sequence === recorded.sequence &&
      found.type === recorded.type;
    if (!same) throw this.corruption(undefined, `its ${what} key is not the one that the manifest says`);
  }

  private corruption(offset: number | undefined, detail: string): CorruptionError {
    return new CorruptionError(this.file.name, offset, detail);
  }
}
