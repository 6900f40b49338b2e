import { OpenFlag } from "../host/file-system.ts";
import { isFileSystemError } from "../host/file-system-error.ts";
import type { EngineContext } from "./context.ts";
import type { CurrentFile } from "./current-file.ts";
import { DatabaseIterator } from "./database-iterator.ts";
import { DatabaseExistenceError, LogMissingError, ManifestUnavailableError } from "./errors.ts";
import { manifestName } from "./file-names.ts";
import type { IteratorOptions } from "./iterator-bounds.ts";
import { type FollowedLogs, type LogFollower, NO_LOGS } from "./log-follower.ts";
import type { LookupResult } from "./lookup.ts";
import { ManifestReader } from "./manifest-reader.ts";
import type { MaybePromise } from "./maybe-promise.ts";
import type { Memtable } from "./memtable.ts";
import { MergingIterator } from "./merging-iterator.ts";
import { Mutex } from "./mutex.ts";
import { RangeCoverage } from "./range-coverage.ts";
import type { TableCache } from "./table-cache.ts";
import { joinNumbers, type TableFile } from "./table-file.ts";
import type { VerificationReport } from "./verification.ts";
import type { Version } from "./version.ts";
import { EMPTY_STATE, type VersionState } from "./version-state.ts";

/** How often CURRENT is read again when the manifest that it named is gone before it could be opened. */
const MANIFEST_ATTEMPTS = 3;

/**
 * Reads a database that another instance is writing; made by {@link openReadOnlyDatabase}. Takes no lock and writes
 * nothing: no file is created, changed or deleted, closing included.
 *
 * It serves the version it holds until {@link refresh} takes over a newer one. The writer knows nothing of it, and may
 * delete tables that the version names: reads that need one fail with TableMissingError, and succeed after a refresh.
 */
export class ReadOnlyDatabase {
  protected readonly context: EngineContext;
  protected readonly currentFile: CurrentFile;
  private readonly tables: TableCache;
  private readonly refreshes = new Mutex();
  private readonly iterators = new Set<DatabaseIterator>();
  private manifest: ManifestReader | undefined;
  private state: VersionState = EMPTY_STATE;
  private version_: Version;
  private readonly follower: LogFollower;
  private logs: FollowedLogs = NO_LOGS;

  constructor(context: EngineContext) {
    this.context = context;
    this.currentFile = new context.parts.CurrentFile(context);
    this.tables = new context.parts.TableCache(context);
    this.follower = new context.parts.LogFollower(context);
    this.version_ = this.makeVersion(EMPTY_STATE).acquire();
  }

  /** The version that reads see. */
  get version(): Version {
    return this.version_;
  }

  /** Reads see writes up to this sequence number, as far as is known. */
  get lastSequence(): number {
    return this.visibleSequence();
  }

  /** The name of the manifest that is being followed. */
  get manifestName(): string | undefined {
    return this.manifest?.name;
  }

  /**
   * Takes over what CURRENT and the manifest say now. After an error the version is the one before, and refreshing
   * again may help.
   *
   * @returns whether there is anything new
   * @throws DatabaseExistenceError there is no CURRENT
   * @throws ManifestUnavailableError the manifest was not there, or not readable yet
   * @throws LogMissingError a log that the manifest calls needed was not there
   * @throws CorruptionError, UnsupportedFormatError, FileSystemError, DatabaseClosedError
   */
  refresh(): Promise<boolean> {
    return this.refreshes.run(() => this.refreshOnce());
  }

  /**
   * The value of `key` in the version held, or undefined when it has none. The bytes are the caller's.
   *
   * @throws TableMissingError the writer has deleted a table that is needed
   * @throws CorruptionError, FileSystemError, DatabaseClosedError
   */
  async get(key: Uint8Array): Promise<Uint8Array | undefined> {
    const found = this.lookup(key);
    const value = found instanceof Promise ? await found : found;
    if (this.context.cpu.due) await this.context.cpu.pay();
    return value;
  }

  /** As {@link get}, but answers at once when caches have the answer. May throw at once, too. */
  lookup(key: Uint8Array): MaybePromise<Uint8Array | undefined> {
    const { context } = this;
    context.health.assertOpen();
    context.cpu.charge(context.options.cpuCosts.read);
    const sequence = this.visibleSequence();
    for (const memtable of this.memtables()) {
      const found = memtable.get(key, sequence);
      if (found !== undefined) return found ?? undefined;
    }
    const version = this.version_;
    const stored = version.get(key, sequence);
    return stored instanceof Promise ? this.holding(version, stored) : (stored ?? undefined);
  }

  /** An iterator over what is held; refreshing does not move it. Close it. */
  iterator(options: Omit<IteratorOptions, "snapshot"> = {}): DatabaseIterator {
    this.context.health.assertOpen();
    const version = this.version_.acquire();
    const memtables = this.memtables();
    const merged = new MergingIterator([...memtables.map((memtable) => memtable.iterator()), ...version.iterators()]);
    const sequence = this.visibleSequence();
    const coverage = new RangeCoverage(memtables, version, sequence);
    const iterator = new DatabaseIterator(this.context, merged, coverage, sequence, options, (closed) => {
      this.iterators.delete(closed);
      version.release();
    });
    this.iterators.add(iterator);
    return iterator;
  }

  /**
   * Checks every table of the version held, past all caches: see Database.verify. The writer's manifest and logs are
   * not looked at: they change meanwhile.
   *
   * @returns what was read, all of it sound
   * @throws CorruptionError the first damage found
   * @throws TableMissingError the writer has deleted a table of this version
   * @throws UnsupportedFormatError, FileSystemError, DatabaseClosedError
   */
  async verify(): Promise<VerificationReport> {
    this.context.health.assertOpen();
    const verification = new this.context.parts.Verification(this.context);
    const version = this.version_.acquire();
    try {
      await verification.checkVersion(version);
    } finally {
      version.release();
    }
    return verification.report;
  }

  /** Closes the files that are open for reading; touches nothing else. */
  async close(): Promise<void> {
    if (this.context.health.isClosed) return;
    this.context.health.close();
    await this.refreshes.run(async () => {
      for (const iterator of [...this.iterators]) iterator.close();
      await this.tables.close();
      await this.manifest?.handle.close();
      await this.follower.release(this.logs, NO_LOGS);
    });
  }

  /** What was read of the logs, the newest first. */
  protected memtables(): readonly Memtable[] {
    return this.logs.logs.map((log) => log.memtable).reverse();
  }

  /** Reads see entries up to this sequence number. */
  protected visibleSequence(): number {
    if (this.context.options.followLog === "no") return this.state.lastSequence;
    // Not the manifest's: of the writes that it counts, some may not have been read from the logs yet.
    return Math.max(this.state.flushedSequence, this.logs.sequence);
  }

  /** The number of the manifest that CURRENT names, as far as this host's mount knows. */
  protected async readCurrent(): Promise<number> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.currentFile.read();
      } catch (error) {
        if (isFileSystemError(error, "ENOENT")) {
          throw new DatabaseExistenceError(this.context.directory, false, { cause: error });
        }
        // The writer has put another in its place since it was opened: by now its name leads to that one.
        if (!isFileSystemError(error, "ESTALE") || attempt === MANIFEST_ATTEMPTS) throw error;
      }
    }
  }

  /**
   * Whether to turn to another manifest. Numbers only rise, so a lower one comes from a stale copy of CURRENT;
   * following it would take readers back in time.
   */
  protected mayFollow(number: number): boolean {
    return this.manifest === undefined || number > this.manifest.number;
  }

  private async refreshOnce(): Promise<boolean> {
    for (let attempt = 1; ; attempt++) {
      this.context.health.assertOpen();
      try {
        return await this.takeOver();
      } catch (error) {
        // The log was flushed and deleted after the manifest was read: the manifest says so by now.
        if (!(error instanceof LogMissingError) || attempt === MANIFEST_ATTEMPTS) throw error;
      }
    }
  }

  private async takeOver(): Promise<boolean> {
    const number = await this.readCurrent();
    const held = this.manifest;
    if (held !== undefined && !this.mayFollow(number)) {
      await this.readEdits(held);
      return this.install(held, await this.followLogs(held.state, this.logs));
    }
    const manifest = await this.openManifest(number);
    let logs: FollowedLogs;
    try {
      // A manifest begins with everything, so that nothing is missed however many there were in between.
      await this.readEdits(manifest);
      if (manifest.state.versionNumber === 0)
        throw new ManifestUnavailableError(manifest.name, "it has no whole edit yet");
      // A new manifest may be that of a writer which recovered: a log of the same number may be another by now.
      logs = await this.followLogs(manifest.state, NO_LOGS);
    } catch (error) {
      await manifest.handle.close();
      throw error;
    }
    this.manifest = manifest;
    const changed = await this.install(manifest, logs);
    await held?.handle.close();
    return changed;
  }

  /** Reads the edits that are whole. One whose end is missing is being written: it is no edit yet. */
  private async readEdits(manifest: ManifestReader): Promise<void> {
    await manifest.read();
    const { name, tornAt, state } = manifest;
    const offset = tornAt ?? (state.versionNumber === 0 ? 0 : undefined);
    if (offset === undefined) return;
    this.context.trace({ kind: "manifest-incomplete", manifest: name, offset, version: state.versionNumber });
  }

  private async followLogs(state: VersionState, known: FollowedLogs): Promise<FollowedLogs> {
    if (this.context.options.followLog === "no") return NO_LOGS;
    return this.follower.catchUp(state.logNumber, known);
  }

  private async openManifest(first: number): Promise<ManifestReader> {
    const { context } = this;
    let number = first;
    for (let attempt = 1; ; attempt++) {
      try {
        const handle = await context.fs.open(context.path(manifestName(number)), OpenFlag.READ);
        return new ManifestReader(context.parts, handle, number, "growing");
      } catch (error) {
        if (!isFileSystemError(error, "ENOENT") && !isFileSystemError(error, "ESTALE")) throw error;
        if (attempt === MANIFEST_ATTEMPTS) {
          throw new ManifestUnavailableError(manifestName(number), `it is missing, after ${attempt} attempts`, {
            cause: error,
          });
        }
      }
      number = await this.readCurrent();
    }
  }

  /**
   * Takes over the manifest's state as the version to serve, together with what was read of the logs: what was flushed is
   * in both, or would be in neither. @returns whether anything is new
   */
  private async install(manifest: ManifestReader, logs: FollowedLogs): Promise<boolean> {
    const before = { state: this.state, logs: this.logs };
    this.logs = logs;
    if (manifest.state !== this.state) this.replaceVersion(manifest);
    await this.follower.release(before.logs, logs);
    return before.state !== this.state || before.logs.sequence !== logs.sequence;
  }

  private replaceVersion(manifest: ManifestReader): void {
    const state = manifest.state;
    this.state = state;
    const old = this.version_;
    this.version_ = this.makeVersion(state).acquire();
    old.release();
    const files = joinNumbers(this.version_.files());
    this.context.trace({ kind: "manifest-read", manifest: manifest.name, version: state.versionNumber, files });
  }

  private makeVersion(state: VersionState): Version {
    const { context } = this;
    const version = new context.parts.Version(context, this.tables, state.versionNumber, state.levels, (unused) => {
      this.forget(unused.files());
    });
    for (const file of version.files()) file.references++;
    return version;
  }

  /** Closes tables that no version held needs. Their files are the writer's to delete. */
  private forget(files: readonly TableFile[]): void {
    for (const file of files) {
      file.references--;
      if (file.references === 0) this.tables.evict(file.number);
    }
  }

  /** Holds a version while something is read from it, so that its tables stay open. */
  private async holding(version: Version, result: Promise<LookupResult>): Promise<Uint8Array | undefined> {
    version.acquire();
    try {
      return (await result) ?? undefined;
    } finally {
      version.release();
    }
  }
}
