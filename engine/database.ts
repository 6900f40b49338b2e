import type { FileLock } from "../host/file-system.ts";
import { type FileSystemError, isFileSystemError } from "../host/file-system-error.ts";
import { type BackgroundWork } from "./background-work.ts";
import { Condition } from "./condition.ts";
import type { CommitQueue } from "./commit-queue.ts";
import type { EngineContext } from "./context.ts";
import { reasonOf } from "./context.ts";
import { DatabaseIterator } from "./database-iterator.ts";
import type { EngineState } from "./engine-state.ts";
import { DatabaseLockedError, type DatabaseFailedError } from "./errors.ts";
import { LOCK_NAME } from "./file-names.ts";
import type { IteratorOptions } from "./iterator-bounds.ts";
import type { LookupResult } from "./lookup.ts";
import type { MaybePromise } from "./maybe-promise.ts";
import { MergingIterator } from "./merging-iterator.ts";
import { type DatabaseMetrics, metricsOf } from "./metrics.ts";
import { type ObsoleteFiles } from "./obsolete-files.ts";
import { RangeCoverage } from "./range-coverage.ts";
import type { Snapshot } from "./snapshot.ts";
import { SnapshotList } from "./snapshot.ts";
import type { VerificationReport } from "./verification.ts";
import type { Version } from "./version.ts";
import { WholeReadings } from "./whole-readings.ts";
import { WriteBatch } from "./write-batch.ts";

export interface WriteOptions {
  /**
   * Durable before it is acknowledged. Otherwise it survives the death of the process, but maybe not of the machine.
   */
  readonly sync?: boolean;
}

export interface ReadOptions {
  /** Reads the database as it was then. */
  readonly snapshot?: Snapshot;
}

/** Batches of single writes that are kept for the next ones. */
const SPARE_BATCHES = 16;
/** A larger one is not kept. */
const SPARE_BATCH_BYTES = 1 << 18;

/**
 * A database that is open for reading and writing; made by {@link openDatabase}. Keys and values are bytes; keys are
 * ordered as unsigned bytes.
 */
export class Database {
  protected readonly context: EngineContext;
  protected readonly state: EngineState;
  private readonly obsolete: ObsoleteFiles;
  private readonly background: BackgroundWork;
  private readonly commits: CommitQueue;
  private readonly readings: WholeReadings;
  private readonly iterators = new Set<DatabaseIterator>();
  private readonly spare: WriteBatch[] = [];
  private lock: FileLock | undefined;
  private closing: Promise<void> | undefined;

  constructor(context: EngineContext) {
    const { parts } = context;
    this.context = context;
    const tables = new parts.TableCache(context);
    const currentFile = new parts.CurrentFile(context);
    this.obsolete = new parts.ObsoleteFiles(context, tables);
    const versions = new parts.VersionSet(context, tables, currentFile, this.obsolete);
    this.state = {
      memtable: new parts.Memtable(context.options.writeBufferBytes),
      immutable: undefined,
      fullDisk: undefined,
      log: new parts.WriteAheadLog(context),
      versions,
      tables,
      snapshots: new SnapshotList(),
      changed: new Condition(),
    };
    this.background = new parts.BackgroundWork(context, this.state, this.obsolete);
    this.commits = new parts.CommitQueue(context, this.state, () => {
      this.background.schedule();
    });
    this.readings = new WholeReadings(context, this.state, this.commits, this.obsolete, this.background);
    context.health.onFailure((error) => {
      context.trace({ kind: "database-failed", reason: reasonOf(error) });
      this.state.changed.notify();
    });
  }

  /** Takes the lock and recovers; to be called once, before all else. See {@link openDatabase} for the errors. */
  async open(): Promise<void> {
    const { context, state } = this;
    const recovery = new context.parts.Recovery(context, state, new context.parts.CurrentFile(context), this.obsolete);
    await recovery.prepareDirectory();
    this.lock = await this.takeLock();
    context.health.guardedBy(this.lock);
    try {
      await recovery.run();
    } catch (error) {
      context.health.close();
      await this.releaseAll([]);
      throw error;
    }
    const { current, lastSequence } = state.versions;
    context.trace({
      kind: "database-opened",
      version: current.number,
      files: current.files().length,
      sequence: lastSequence,
    });
    this.background.schedule();
  }

  /**
   * The value of `key`, or undefined when it has none. The bytes are the caller's.
   *
   * @throws CorruptionError, TableMissingError, FileSystemError, DatabaseClosedError
   */
  async get(key: Uint8Array, options?: ReadOptions): Promise<Uint8Array | undefined> {
    const found = this.lookup(key, options);
    const value = found instanceof Promise ? await found : found;
    if (this.context.cpu.due) await this.context.cpu.pay();
    return value;
  }

  /**
   * As {@link get}, but answers at once, without a promise, when memtable and caches have the answer. May throw at
   * once, too.
   */
  lookup(key: Uint8Array, options?: ReadOptions): MaybePromise<Uint8Array | undefined> {
    const { context, state } = this;
    context.health.assertOpen();
    context.cpu.charge(context.options.cpuCosts.read);
    context.counters.gets++;
    const sequence = options?.snapshot?.sequence ?? state.versions.lastSequence;
    let found: LookupResult = state.memtable.get(key, sequence);
    if (found === undefined && state.immutable !== undefined) found = state.immutable.get(key, sequence);
    if (found === undefined) {
      const version = state.versions.current;
      const stored = version.get(key, sequence);
      if (stored instanceof Promise) return this.holding(version, stored);
      found = stored;
    }
    return found ?? undefined;
  }

  /** Gives `key` a value. See {@link write}. */
  put(key: Uint8Array, value: Uint8Array, options?: WriteOptions): Promise<void> {
    return this.writeOne(options, (batch) => batch.put(key, value));
  }

  /** Removes `key`, whether or not it has a value. See {@link write}. */
  delete(key: Uint8Array, options?: WriteOptions): Promise<void> {
    return this.writeOne(options, (batch) => batch.delete(key));
  }

  /**
   * Removes every key from `from` on to before `to`, at the cost of one write. See {@link write}.
   *
   * @throws RangeError when `from` does not come before `to`
   */
  deleteRange(from: Uint8Array, to: Uint8Array, options?: WriteOptions): Promise<void> {
    return this.writeOne(options, (batch) => batch.deleteRange(from, to));
  }

  /**
   * Makes all changes of a batch, or none. The batch must not be changed before the write is done.
   *
   * @returns the sequence number of its last change: its position in the order of all writes
   * @throws DatabaseFailedError now or earlier a write failed; whether this one will be there after a recovery is
   *   unknown
   * @throws DatabaseClosedError
   */
  async write(batch: WriteBatch, options?: WriteOptions): Promise<number> {
    this.context.health.assertWritable();
    if (batch.isSealed) throw new TypeError("a write batch can be in one write at a time; await the first");
    batch.seal(true);
    try {
      return await this.commits.commit(batch, options?.sync === true);
    } finally {
      batch.seal(false);
    }
  }

  /** The content as it is now, for reads later. Release it. */
  snapshot(): Snapshot {
    this.context.health.assertOpen();
    return this.state.snapshots.take(this.state.versions.lastSequence);
  }

  /** An iterator over the content as it is now, or at a snapshot. Close it. */
  iterator(options: IteratorOptions = {}): DatabaseIterator {
    const { context, state } = this;
    context.health.assertOpen();
    const version = state.versions.current.acquire();
    const memtables = state.immutable === undefined ? [state.memtable] : [state.memtable, state.immutable];
    const merged = new MergingIterator([...memtables.map((memtable) => memtable.iterator()), ...version.iterators()]);
    const sequence = options.snapshot?.sequence ?? state.versions.lastSequence;
    const coverage = new RangeCoverage(memtables, version, sequence);
    const iterator = new DatabaseIterator(context, merged, coverage, sequence, options, (closed) => {
      this.iterators.delete(closed);
      version.release();
      this.background.collectSoon();
    });
    this.iterators.add(iterator);
    return iterator;
  }

  /**
   * Writes the memtable into a table; resolves when that is durable.
   *
   * @throws FileSystemError ENOSPC when the disk is full; it goes on being tried
   * @throws DatabaseFailedError, DatabaseClosedError
   */
  async flush(): Promise<void> {
    const { context, state } = this;
    context.health.assertWritable();
    // Behind writes that wait for room it would have no turn.
    this.assertRoom();
    await this.commits.rotate();
    while (state.immutable !== undefined) {
      context.health.assertSound();
      this.assertRoom();
      await state.changed.wait();
    }
  }

  /**
   * Compacts the tables that meet [from, to], level by level, down to the deepest that has any. An end that is
   * undefined is open.
   */
  async compactRange(from?: Uint8Array, to?: Uint8Array): Promise<void> {
    await this.flush();
    // Looked up anew each time: other compactions may have moved tables deeper meanwhile.
    for (let level = 0; level < Math.max(1, this.deepestLevel(from, to)); level++) {
      await this.background.compactRange(level, from, to);
    }
  }

  /**
   * Checks everything that is on disk, past all caches, beside reads and writes: every block of every table with its
   * checksum, the order of its keys, index and filter; counts and bounds as the manifest has them; how tables and levels
   * fit together; the manifest itself; every record of the logs that are needed.
   *
   * @returns what was read, all of it sound
   * @throws CorruptionError, TableMissingError the first damage found
   * @throws DatabaseFailedError, DatabaseClosedError, UnsupportedFormatError, FileSystemError
   */
  async verify(): Promise<VerificationReport> {
    this.context.health.assertWritable();
    return this.readings.verify();
  }

  /**
   * Makes a copy of the database, as it is between two writes, that can be opened on its own, while reads and writes go
   * on. It is durable when this resolves, writes that were not synced here included; after a crash on the way it is not
   * there at all.
   *
   * @param directory an absolute path in the same mount, where nothing is; its parent must exist
   * @returns the sequence number of the last write in it
   * @throws CheckpointTargetError there is something already
   * @throws CorruptionError a log is damaged
   * @throws DatabaseFailedError, DatabaseClosedError, FileSystemError
   */
  async checkpoint(directory: string): Promise<number> {
    this.context.health.assertWritable();
    return this.readings.checkpoint(directory);
  }

  /** How the database is, and what it has done since it was opened. */
  metrics(): DatabaseMetrics {
    const { state } = this;
    return metricsOf(this.context.counters, state.versions.current, {
      scores: this.background.scores(),
      memtableBytes: state.memtable.size,
      immutableBytes: state.immutable?.size ?? 0,
      blockCacheBytes: state.tables.blockBytes,
      openTables: state.tables.openCount,
      obsoleteFiles: this.obsolete.count,
      snapshots: state.snapshots.count,
    });
  }

  /**
   * Resolves when no flush or compaction is under way or due.
   *
   * @throws FileSystemError ENOSPC while one waits for room on the disk
   * @throws DatabaseFailedError
   */
  async settled(): Promise<void> {
    while (!this.background.idle) {
      this.context.health.assertSound();
      this.assertRoom();
      await this.state.changed.wait();
    }
    // A failed database begins no more work, whatever is due.
    this.context.health.assertSound();
  }

  /** Whether it accepts no more writes, as something failed or its lock was lost. Reads go on. */
  get failed(): boolean {
    return !this.context.health.sound;
  }

  /** Why it accepts no more writes, the first failure as the `cause`; undefined while it does. */
  get failure(): DatabaseFailedError | undefined {
    return this.context.health.refusal();
  }

  /** Why a flush or compaction waits for room on the disk, and writes may have to; undefined while none does. */
  get fullDisk(): FileSystemError | undefined {
    return this.state.fullDisk;
  }

  /** The version of tables that reads see. */
  get version(): Version {
    return this.state.versions.current;
  }

  /** The sequence number of the last write that is visible. */
  get lastSequence(): number {
    return this.state.versions.lastSequence;
  }

  /**
   * Ends in good order: waits for the writes and background work under way, makes what was written durable, and gives
   * everything back. Open iterators are closed.
   *
   * @throws the first error on the way; everything was given back all the same
   */
  close(): Promise<void> {
    this.closing ??= this.closeOnce();
    return this.closing;
  }

  /** @throws FileSystemError ENOSPC while a flush or compaction waits for room on the disk */
  private assertRoom(): void {
    if (this.state.fullDisk !== undefined) throw this.state.fullDisk;
  }

  private deepestLevel(from: Uint8Array | undefined, to: Uint8Array | undefined): number {
    const version = this.state.versions.current;
    for (let level = version.levels.length - 1; level > 0; level--) {
      if (version.overlapping(level, from, to).length > 0) return level;
    }
    return 0;
  }

  private async closeOnce(): Promise<void> {
    const { context, state } = this;
    const { health } = context;
    health.close();
    state.changed.notify();
    await this.readings.ended();
    await this.commits.idle();
    await this.background.stop();
    const errors: unknown[] = [];
    if (!health.failed) await collect(errors, () => state.log.sync());
    // Whoever was not told would take an end in good order for a promise that everything is durable.
    else if (!health.told) errors.push(health.failedError());
    await this.releaseAll(errors);
    context.trace({ kind: "database-closed" });
    if (errors.length > 0) throw errors[0];
  }

  /** Gives back everything that is held, whatever fails on the way. */
  private async releaseAll(errors: unknown[]): Promise<void> {
    const { state } = this;
    for (const iterator of [...this.iterators]) iterator.close();
    await collect(errors, () => state.tables.close());
    await collect(errors, () => state.log.close());
    await collect(errors, () => state.versions.close());
    // Last: until here, another instance must not begin.
    await collect(errors, async () => this.lock?.release());
  }

  /** Keeps other instances from writing. Without it two of them take each other's files for left-overs, and delete them. */
  protected async takeLock(): Promise<FileLock> {
    const { fs, directory } = this.context;
    try {
      return await fs.lock(this.context.path(LOCK_NAME));
    } catch (error) {
      if (isFileSystemError(error, "EAGAIN")) throw new DatabaseLockedError(directory, { cause: error });
      throw error;
    }
  }

  private async writeOne(options: WriteOptions | undefined, fill: (batch: WriteBatch) => void): Promise<void> {
    this.context.health.assertWritable();
    const batch = this.spare.pop() ?? new WriteBatch();
    fill(batch);
    await this.commits.commit(batch, options?.sync === true);
    if (batch.byteLength > SPARE_BATCH_BYTES || this.spare.length >= SPARE_BATCHES) return;
    this.spare.push(batch.clear());
  }

  /** Holds a version while something is read from it, so that its files stay. */
  private async holding(version: Version, result: Promise<LookupResult>): Promise<Uint8Array | undefined> {
    version.acquire();
    try {
      return (await result) ?? undefined;
    } finally {
      version.release();
      this.background.collectSoon();
    }
  }
}

async function collect(errors: unknown[], action: () => Promise<unknown>): Promise<void> {
  try {
    await action();
  } catch (error) {
    errors.push(error);
  }
}
