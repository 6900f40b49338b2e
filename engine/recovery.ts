import { OpenFlag } from "../host/file-system.ts";
import { isFileSystemError } from "../host/file-system-error.ts";
import { MalformedBytesError } from "./coding.ts";
import type { EngineContext } from "./context.ts";
import type { CurrentFile } from "./current-file.ts";
import type { EngineState } from "./engine-state.ts";
import { CorruptionError, DatabaseExistenceError, emptyLog } from "./errors.ts";
import { CURRENT_NAME, logName, logNumbers, manifestName, parentPath, parseFileName } from "./file-names.ts";
import type { LogTail } from "./log-reader.ts";
import { ManifestReader } from "./manifest-reader.ts";
import type { Memtable } from "./memtable.ts";
import type { ObsoleteFiles } from "./obsolete-files.ts";
import type { NewTable } from "./version-edit.ts";
import type { VersionState } from "./version-state.ts";
import { batchCount, batchSequence } from "./write-batch.ts";

/**
 * Brings a database from its files into a state to work from, or makes a new one:
 *
 * CURRENT, the manifest it names, then the logs that the manifest does not call flushed, in order; what these hold goes
 * into tables. A new manifest and a new log are begun, so that nothing is ever appended to a file whose end a crash has
 * left. Only when the new state is durable are old files deleted. A crash during recovery leaves what the next recovery
 * needs.
 */
export class Recovery {
  protected readonly context: EngineContext;
  private readonly state: EngineState;
  private readonly currentFile: CurrentFile;
  private readonly obsolete: ObsoleteFiles;
  private readonly flushed: NewTable[] = [];
  /** The sequence number that the next record must have: the logs' records leave none out. */
  private expectedSequence: number | undefined;

  constructor(context: EngineContext, state: EngineState, currentFile: CurrentFile, obsolete: ObsoleteFiles) {
    this.context = context;
    this.state = state;
    this.currentFile = currentFile;
    this.obsolete = obsolete;
  }

  /** Makes the directory, if that is wanted; to be called before it is locked. @throws DatabaseExistenceError */
  async prepareDirectory(): Promise<void> {
    const { fs, directory, options } = this.context;
    if (options.createIfMissing) {
      try {
        await fs.mkdir(directory);
      } catch (error) {
        if (!isFileSystemError(error, "EEXIST")) throw error;
      }
      return;
    }
    try {
      await fs.stat(this.context.path(CURRENT_NAME));
    } catch (error) {
      if (isFileSystemError(error, "ENOENT")) throw new DatabaseExistenceError(directory, false, { cause: error });
      throw error;
    }
  }

  /** Recovers; the caller holds the lock. */
  async run(): Promise<void> {
    const { context, state } = this;
    const { versions } = state;
    const names = await context.fs.readdir(context.directory);
    // A file that no manifest knows may still be named by an edit that this recovery cannot see yet and a later one
    // can, as after a write whose fate was unknown. Its number must not be given to another.
    for (const name of names) versions.markFileNumberUsed(parseFileName(name)?.number ?? 0);

    if (names.includes(CURRENT_NAME)) {
      if (context.options.errorIfExists) throw new DatabaseExistenceError(context.directory, true);
      const manifest = await this.readManifest();
      this.checkFiles(manifest.state, names, manifest.name);
      versions.restore(manifest.state);
    } else {
      await this.create(names);
    }
    const logs = logNumbers(names, versions.logNumber);
    for (const [index, number] of logs.entries()) {
      await this.replay(number, this.tailOf(index, logs));
    }
    await this.flush(state.memtable);
    state.memtable = new context.parts.Memtable(context.options.writeBufferBytes);

    const logNumber = versions.newFileNumber();
    await versions.apply({ added: this.flushed, deleted: [], logNumber });
    // The log is begun after the manifest that calls all others flushed is durable: a log that has a successor is a log
    // that was synced.
    await state.log.begin(logNumber);
    context.trace({
      kind: "recovery-finished",
      version: versions.current.number,
      logs: logs.length,
      sequence: versions.lastSequence,
    });

    const tables = new Set(versions.current.files().map((file) => file.number));
    this.obsolete.sweep(names, { manifest: versions.manifestNumber, log: logNumber, tables });
    await this.obsolete.collect();
  }

  /** What the end of a log may look like: only the newest was being written when the crash came. */
  protected tailOf(index: number, logs: readonly number[]): LogTail {
    return index === logs.length - 1 ? "torn" : "complete";
  }

  /**
   * Makes the name of a new database's directory durable. Without it the whole database is gone after a power loss,
   * synced writes and all.
   */
  protected syncParentDirectory(): Promise<void> {
    return this.context.fs.syncDirectory(parentPath(this.context.directory));
  }

  private async create(names: readonly string[]): Promise<void> {
    for (const name of names) {
      const kind = parseFileName(name)?.kind;
      // A new database has neither before it has CURRENT, so this was a database once: making a new one would hide what
      // is lost.
      if (kind === "table" || kind === "log") {
        throw new CorruptionError(CURRENT_NAME, undefined, `it is missing, but ${name} is there`);
      }
    }
    if (this.context.directory !== "/") await this.syncParentDirectory();
  }

  private async readManifest(): Promise<ManifestReader> {
    const { context } = this;
    const number = await this.currentFile.read();
    const name = manifestName(number);
    context.trace({ kind: "recovery-started", manifest: name });
    let handle;
    try {
      handle = await context.fs.open(context.path(name), OpenFlag.READ);
    } catch (error) {
      if (!isFileSystemError(error, "ENOENT")) throw error;
      throw new CorruptionError(CURRENT_NAME, 0, `it names ${name}, which is missing`, { cause: error });
    }
    try {
      const reader = new ManifestReader(context.parts, handle, number, "torn");
      const edits = await reader.read();
      if (edits === 0) throw new CorruptionError(name, 0, "it holds no whole version edit");
      return reader;
    } finally {
      await handle.close();
    }
  }

  /**
   * Compares what the manifest says with the files that are there. Damage in a manifest's last edit looks like the torn
   * end that a crash leaves, but files are deleted only when the edit that gave them up was durable: if any that the
   * rest needs is gone, the edit was there once.
   *
   * @throws CorruptionError
   */
  protected checkFiles(state: VersionState, names: readonly string[], manifest: string): void {
    const present = new Set(names);
    for (const file of state.levels.flat()) {
      if (!present.has(file.name))
        throw new CorruptionError(manifest, undefined, `it names ${file.name}, which is missing`);
    }
    const oldest = logNumbers(names, state.logNumber)[0];
    if (oldest !== undefined && oldest !== state.logNumber) {
      const needed = logName(state.logNumber);
      throw new CorruptionError(manifest, undefined, `it needs ${needed}, which is missing, before ${logName(oldest)}`);
    }
  }

  private async replay(number: number, tail: LogTail): Promise<void> {
    const { context, state } = this;
    const name = logName(number);
    const handle = await context.fs.open(context.path(name), OpenFlag.READ);
    let records = 0;
    try {
      const reader = new context.parts.LogReader(handle, name, number, tail);
      for (;;) {
        const offset = reader.offset;
        const record = await reader.next();
        if (record === undefined) break;
        records++;
        this.replayRecord(record, name, offset);
        context.cpu.charge(context.options.cpuCosts.byte * record.length);
        const payment = context.cpu.pay();
        if (payment !== undefined) await payment;
        if (state.memtable.size >= context.options.writeBufferBytes) {
          await this.flush(state.memtable);
          state.memtable = new context.parts.Memtable(context.options.writeBufferBytes);
        }
      }
      if (records === 0 && tail === "complete") throw emptyLog(name);
      context.trace({
        kind: "recovery-log-replayed",
        log: number,
        records,
        bytes: reader.offset,
        tornAt: reader.tornAt,
      });
    } finally {
      await handle.close();
    }
  }

  private replayRecord(record: Uint8Array, name: string, offset: number): void {
    const { versions, memtable } = this.state;
    try {
      memtable.addBatch(record);
    } catch (error) {
      if (!(error instanceof MalformedBytesError)) throw error;
      throw new CorruptionError(name, offset, error.message, { cause: error });
    }
    const first = batchSequence(record);
    this.checkContinuity(first, name, offset);
    const last = first + batchCount(record) - 1;
    this.expectedSequence = last + 1;
    if (last > versions.lastSequence) versions.lastSequence = last;
  }

  /** @throws CorruptionError when a record does not follow the one before it: one between them is missing */
  protected checkContinuity(first: number, name: string, offset: number): void {
    if (this.expectedSequence !== undefined && first !== this.expectedSequence) {
      throw new CorruptionError(
        name,
        offset,
        `writes ${this.expectedSequence} to ${first - 1} are missing before this record`,
      );
    }
  }

  private async flush(memtable: Memtable): Promise<void> {
    if (memtable.count === 0) return;
    const { context, state } = this;
    const table = await new context.parts.FlushJob(context).run(memtable, state.versions.newFileNumber());
    this.flushed.push({ level: 0, table });
  }
}
