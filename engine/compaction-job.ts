import { compareBytes, copyRange, NO_BYTES, withCapacity } from "./bytes.ts";
import type { Compaction } from "./compaction.ts";
import { compactionInputs } from "./compaction.ts";
import type { EngineContext } from "./context.ts";
import type { InternalIterator } from "./internal-iterator.ts";
import type { Entry } from "./internal-key.ts";
import { EntryType, MAX_SEQUENCE } from "./internal-key.ts";
import { MergingIterator } from "./merging-iterator.ts";
import { RangeTombstones } from "./range-tombstones.ts";
import type { TableBuilder } from "./table-builder.ts";
import type { TableFile, TableProperties } from "./table-file.ts";
import { abandonTable, createTable } from "./table-output.ts";

/** Outputs may meet this many tables' worth of the level below theirs. */
export const GRANDPARENT_TABLES = 10;

/** Does a compaction: merges its inputs into new tables, leaving out what nobody can see any more. */
export class CompactionJob {
  protected readonly context: EngineContext;
  protected readonly compaction: Compaction;
  /** Every snapshot in use is at or above this; so is every read to come. */
  protected readonly oldestVisible: number;
  private readonly newNumber: () => number;
  private builder: TableBuilder | undefined;
  private readonly outputs: TableProperties[] = [];
  private dropped_ = 0;

  /** The user key being worked on, and how far its versions have been seen. */
  private key: Uint8Array = NO_BYTES;
  private keyLength = -1;
  private newerSequence = MAX_SEQUENCE;

  /** For each deeper level, the first table whose range does not end before the current key: keys only rise. */
  private readonly deeperPositions: number[] = [];
  private grandparent = 0;
  private grandparentBytes = 0;
  private sawKey = false;

  /** The inputs' range deletes, and what of them goes to the outputs. */
  private tombstones = RangeTombstones.NONE;
  private keptTombstones = RangeTombstones.NONE;
  /** The key at which the output under way begins: from there on it takes the range deletes. */
  private outputStart: Uint8Array | undefined;

  /**
   * @param oldestVisible the sequence number of the oldest snapshot, or the last one given out
   * @param newNumber gives each output its file number
   */
  constructor(context: EngineContext, compaction: Compaction, oldestVisible: number, newNumber: () => number) {
    this.context = context;
    this.compaction = compaction;
    this.oldestVisible = oldestVisible;
    this.newNumber = newNumber;
  }

  /** Entries left out. */
  get dropped(): number {
    return this.dropped_;
  }

  /** Merges. Resolves with the outputs when they are durable, names included: the manifest may name them now. */
  async run(): Promise<readonly TableProperties[]> {
    await this.takeRangeDeletions();
    const merged = new MergingIterator(this.inputIterators());
    try {
      const begun = merged.first();
      if (begun !== undefined) await begun;
      while (merged.valid) {
        const taken = this.take(merged.entry);
        if (taken !== undefined) await taken;
        const pending = merged.next();
        if (pending !== undefined) await pending;
      }
      await this.endOutput(undefined);
    } catch (error) {
      await abandonTable(this.builder);
      throw error;
    } finally {
      merged.close();
    }
    if (this.outputs.length > 0) await this.syncDirectory();
    return this.outputs;
  }

  /**
   * Whether an entry can be left out because a newer one of its key, at `newerSequence`, hides it from every reader.
   */
  protected isHidden(newerSequence: number): boolean {
    return newerSequence <= this.oldestVisible;
  }

  /**
   * Whether a deletion can be left out: every reader sees it, and no deeper level has an entry that it must go on
   * hiding. (Tables of the output level that meet it are among the inputs, and their older entries of the key are left
   * out behind it.)
   */
  protected mayDropDeletion(sequence: number): boolean {
    return sequence <= this.oldestVisible && !this.deeperLevelsMayHaveKey();
  }

  /**
   * Whether a range delete that every reader sees can be left out of [from, to): no deeper level has anything there for
   * it to go on hiding.
   */
  protected mayDropRangeDeletion(from: Uint8Array, to: Uint8Array): boolean {
    const { version, outputLevel } = this.compaction;
    for (let level = outputLevel + 1; level < version.levels.length; level++) {
      if (version.overlapping(level, from, to).length > 0) return false;
    }
    return true;
  }

  /**
   * Makes the outputs' names durable. Without it the manifest could name files that a power loss has taken, its inputs
   * deleted.
   */
  protected syncDirectory(): Promise<void> {
    return this.context.fs.syncDirectory(this.context.directory);
  }

  private inputIterators(): InternalIterator[] {
    const { compaction } = this;
    const runs = compaction.level === 0 ? compaction.upper.map((file) => [file]) : [compaction.upper];
    return [...runs, compaction.lower]
      .filter((files) => files.length > 0)
      .map((files) => compaction.version.sequentialIterator(files, this.context.options.transferBytes));
  }

  /** Puts an entry out, or leaves it out. */
  private take(entry: Entry): Promise<void> | undefined {
    const isNewKey = this.keyLength < 0 || !this.isCurrentKey(entry);
    if (isNewKey) {
      this.enterKey(entry);
      // Only between keys: all versions of a key stay in one table, so that a level's tables stay disjoint in user
      // keys.
      if (this.builder !== undefined && this.shouldEndOutput()) {
        return this.endOutput(entry.copyKey()).then(() => this.put(entry));
      }
    }
    return this.put(entry);
  }

  private put(entry: Entry): Promise<void> | undefined {
    const newer = this.newerSequence;
    this.newerSequence = entry.sequence;
    if (
      this.isHidden(newer) ||
      this.isRangeDeleted(entry) ||
      (entry.type === EntryType.DELETION && this.mayDropDeletion(entry.sequence))
    ) {
      this.dropped_++;
      this.context.cpu.charge(this.context.options.cpuCosts.tableEntry);
      return this.context.cpu.pay();
    }
    if (this.builder === undefined) return this.beginOutput().then((builder) => builder.add(entry));
    return this.builder.add(entry);
  }

  private isCurrentKey(entry: Entry): boolean {
    const length = entry.keyEnd - entry.keyStart;
    if (length !== this.keyLength) return false;
    // From the back: neighbouring keys differ there.
    for (let i = length - 1; i >= 0; i--) if (this.key[i] !== entry.keyData[entry.keyStart + i]) return false;
    return true;
  }

  private enterKey(entry: Entry): void {
    this.keyLength = entry.keyEnd - entry.keyStart;
    this.key = withCapacity(this.key, 0, this.keyLength);
    copyRange(entry.keyData, entry.keyStart, entry.keyEnd, this.key, 0);
    this.newerSequence = MAX_SEQUENCE;
    this.passGrandparents(entry);
  }

  private deeperLevelsMayHaveKey(): boolean {
    const { version, outputLevel } = this.compaction;
    const key = this.key.subarray(0, this.keyLength);
    for (let level = outputLevel + 1; level < version.levels.length; level++) {
      const files = version.level(level);
      let position = this.deeperPositions[level] ?? 0;
      while (position < files.length && compareBytes((files[position] as TableFile).largest.userKey, key) < 0)
        position++;
      this.deeperPositions[level] = position;
      if (position < files.length && compareBytes((files[position] as TableFile).smallest.userKey, key) <= 0)
        return true;
    }
    return false;
  }

  private passGrandparents(entry: Entry): void {
    const { grandparents } = this.compaction;
    while (this.grandparent < grandparents.length) {
      const file = grandparents[this.grandparent] as TableFile;
      if (entry.compareUserKey(file.largest.userKey) <= 0) break;
      if (this.sawKey) this.grandparentBytes += file.size;
      this.grandparent++;
    }
    this.sawKey = true;
  }

  private shouldEndOutput(): boolean {
    const { tableBytes } = this.context.options;
    return (this.builder as TableBuilder).size >= tableBytes || this.grandparentBytes > GRANDPARENT_TABLES * tableBytes;
  }

  private async beginOutput(): Promise<TableBuilder> {
    this.builder = await createTable(this.context, this.newNumber());
    return this.builder;
  }

  /** Completes the output with the range deletes up to `end`, where the next begins; undefined at the very end. */
  private async endOutput(end: Uint8Array | undefined): Promise<void> {
    const tombstones = this.keptTombstones.within(this.outputStart, end);
    this.outputStart = end;
    this.grandparentBytes = 0;
    if (this.builder === undefined && tombstones.length === 0) return;
    const builder = this.builder ?? (await this.beginOutput());
    for (const tombstone of tombstones) builder.addRangeDeletion(tombstone);
    this.builder = undefined;
    this.outputs.push(await builder.finish());
  }

  private async takeRangeDeletions(): Promise<void> {
    this.tombstones = await this.compaction.version.rangeDeletionsOf(this.inputs);
    this.keptTombstones = this.tombstones.filtered((sequences, from, to) => this.neededOf(sequences, from, to));
  }

  /** Of the range deletes of a range, the newest first, those that some reader needs. */
  private neededOf(sequences: readonly number[], from: Uint8Array, to: Uint8Array): readonly number[] {
    const needed = sequences.filter((sequence) => sequence > this.oldestVisible);
    // The newest that every reader sees hides all that the older ones do.
    const newest = sequences[needed.length];
    if (newest !== undefined && !this.mayDropRangeDeletion(from, to)) needed.push(newest);
    return needed;
  }

  /** Whether every reader sees an entry as deleted by one of the inputs' range deletes. */
  private isRangeDeleted(entry: Entry): boolean {
    if (this.tombstones.empty) return false;
    const { keyData, keyStart, keyEnd } = entry;
    return this.tombstones.cover(keyData, keyStart, keyEnd, this.oldestVisible) > entry.sequence;
  }

  /** What was read, for the trace. */
  get inputs(): readonly TableFile[] {
    return compactionInputs(this.compaction);
  }
}
