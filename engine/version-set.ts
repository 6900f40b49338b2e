import { OpenFlag } from "../host/file-system.ts";
import type { EngineContext } from "./context.ts";
import type { CurrentFile } from "./current-file.ts";
import { manifestName } from "./file-names.ts";
import type { InternalKey } from "./internal-key.ts";
import type { LogWriter } from "./log-writer.ts";
import { Mutex } from "./mutex.ts";
import type { TableCache } from "./table-cache.ts";
import { joinNumbers, type TableFile } from "./table-file.ts";
import { type Version } from "./version.ts";
import type { TableChanges, VersionEdit } from "./version-edit.ts";
import { encodeVersionEdit } from "./version-edit.ts";
import { applyEdit, EMPTY_STATE, snapshotEdit, type VersionState } from "./version-state.ts";

/** What becomes unreferenced, for whoever deletes files. */
export interface ObsoleteListener {
  tableUnused(file: TableFile): void;
  manifestReplaced(number: number): void;
}

/**
 * The versions of a database that is open for writing: the current one, those that readers still hold, and the manifest
 * that records them.
 */
export class VersionSet {
  protected readonly context: EngineContext;
  protected readonly currentFile: CurrentFile;
  private readonly tables: TableCache;
  private readonly obsolete: ObsoleteListener;
  private readonly mutex = new Mutex();
  private manifest: LogWriter | undefined;
  private state: VersionState = EMPTY_STATE;
  private current_: Version;
  private nextFileNumber = 1;

  /** The highest sequence number whose write is complete: what a read sees. */
  lastSequence = 0;

  constructor(context: EngineContext, tables: TableCache, currentFile: CurrentFile, obsolete: ObsoleteListener) {
    this.context = context;
    this.tables = tables;
    this.currentFile = currentFile;
    this.obsolete = obsolete;
    this.current_ = this.makeVersion(EMPTY_STATE).acquire();
  }

  get current(): Version {
    return this.current_;
  }

  /** Logs with a lower number are in tables. */
  get logNumber(): number {
    return this.state.logNumber;
  }

  /** The number of the manifest being written; 0 before the first. */
  get manifestNumber(): number {
    return this.manifest?.number ?? 0;
  }

  /** Where the last compaction of a level ended. */
  compactPointer(level: number): InternalKey | undefined {
    return this.state.compactPointers[level];
  }

  /** Begins from what a manifest said. */
  restore(state: VersionState): void {
    this.state = state;
    this.nextFileNumber = Math.max(this.nextFileNumber, state.nextFileNumber);
    this.lastSequence = Math.max(this.lastSequence, state.lastSequence);
    this.replaceCurrent(state);
  }

  /** A number that no file of this database has had. */
  newFileNumber(): number {
    return this.nextFileNumber++;
  }

  /** Takes note that a number is in use, as that of a file which the manifest does not know. */
  markFileNumberUsed(number: number): void {
    if (number >= this.nextFileNumber) this.nextFileNumber = number + 1;
  }

  /**
   * Records changes in the manifest, durably, and makes the version that results the current one. Changes are made one
   * at a time, in the order of the calls. The tables they add must be durable already, name included.
   *
   * Failure is final: whether the edit will be found by a recovery is unknown, so the tables it names must not be
   * deleted, nor those it would have replaced.
   */
  apply(changes: TableChanges): Promise<Version> {
    return this.mutex.run(() => this.record(changes));
  }

  /** What the manifest says now. */
  get recorded(): VersionState {
    return this.state;
  }

  /** Runs `section` while no changes are being recorded, with what the manifest must say now, and its length. */
  betweenEdits<T>(section: (state: VersionState, manifest: number, offset: number) => Promise<T>): Promise<T> {
    return this.mutex.run(() => section(this.state, this.manifestNumber, this.manifest?.offset ?? 0));
  }

  async close(): Promise<void> {
    await this.mutex.run(async () => {
      await this.manifest?.close();
    });
  }

  private async record(changes: TableChanges): Promise<Version> {
    this.context.health.assertSound();
    const edit = this.complete(changes);
    const after = applyEdit(this.state, edit);
    try {
      if (this.manifest === undefined || this.manifest.offset >= this.context.options.manifestBytes) {
        await this.switchManifest(after);
      } else {
        await this.manifest.append(encodeVersionEdit(edit));
        await this.syncManifest(this.manifest);
      }
    } catch (error) {
      this.noteFailure(error);
      throw error;
    }
    this.state = after;
    this.replaceCurrent(after);
    this.context.trace({
      kind: "version-installed",
      version: after.versionNumber,
      added: joinNumbers(changes.added.map(({ table }) => table)),
      removed: joinNumbers(changes.deleted),
      log: after.logNumber,
      flushed: after.flushedSequence,
    });
    return this.current_;
  }

  /**
   * Makes an edit durable. Without it a power loss could bring back the version before, whose tables and logs will have
   * been deleted by then.
   */
  protected syncManifest(manifest: LogWriter): Promise<void> {
    return manifest.sync();
  }

  /**
   * Ends the writing: whether a recovery will find the edit is unknown. Going on would build on a version that may never
   * have been.
   */
  protected noteFailure(error: unknown): void {
    this.context.health.fail(error);
  }

  /** Fills a new manifest. The content before the name: a CURRENT that is durable must name a manifest that is. */
  protected async writeSnapshot(manifest: LogWriter, record: Uint8Array): Promise<void> {
    await manifest.append(record);
    await this.syncManifest(manifest);
  }

  /** Begins a new manifest with everything in it, and makes CURRENT name it. */
  private async switchManifest(state: VersionState): Promise<void> {
    const { context } = this;
    const number = this.newFileNumber();
    const name = manifestName(number);
    const handle = await context.fs.open(context.path(name), OpenFlag.WRITE | OpenFlag.CREATE | OpenFlag.EXCLUSIVE);
    const manifest = new context.parts.LogWriter(handle, name, number);
    const snapshot = { ...state, nextFileNumber: this.nextFileNumber };
    await this.writeSnapshot(manifest, encodeVersionEdit(snapshotEdit(snapshot)));
    await this.currentFile.write(number);
    const old = this.manifest;
    this.manifest = manifest;
    context.trace({ kind: "manifest-created", manifest: name });
    if (old !== undefined) {
      await old.close();
      this.obsolete.manifestReplaced(old.number);
    }
  }

  private complete(changes: TableChanges): VersionEdit {
    return {
      versionNumber: this.state.versionNumber + 1,
      snapshot: false,
      logNumber: changes.logNumber,
      nextFileNumber: this.nextFileNumber,
      lastSequence: this.lastSequence,
      compactPointers: changes.compactPointer === undefined ? [] : [changes.compactPointer],
      deleted: changes.deleted,
      added: changes.added,
    };
  }

  private replaceCurrent(state: VersionState): void {
    const old = this.current_;
    this.current_ = this.makeVersion(state).acquire();
    old.release();
  }

  private makeVersion(state: VersionState): Version {
    const version = new this.context.parts.Version(
      this.context,
      this.tables,
      state.versionNumber,
      state.levels,
      (unused) => {
        this.forget(unused);
      },
    );
    for (const file of version.files()) file.references++;
    return version;
  }

  /** Nobody reads a version any more: its tables may be in no other. */
  private forget(version: Version): void {
    // Oldest first, as a reader of the trace expects it.
    for (const file of version.files().sort((a, b) => a.number - b.number)) {
      file.references--;
      if (file.references === 0) this.obsolete.tableUnused(file);
    }
  }
}
