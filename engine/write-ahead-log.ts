import { OpenFlag } from "../host/file-system.ts";
import type { EngineContext } from "./context.ts";
import { logName } from "./file-names.ts";
import type { LogWriter } from "./log-writer.ts";

/**
 * The write-ahead log: a file for each memtable that is not in a table yet. Writes go to the newest.
 *
 * Recovery reads the files in order and must end with a prefix of the writes. So nothing is written to a new file
 * before all of the old one is durable, and the new one's name is: otherwise a power loss could take an earlier write
 * and leave a later one.
 */
export class WriteAheadLog {
  protected readonly context: EngineContext;
  private active: LogWriter | undefined;
  /** Files that were retired without being synced; none, unless a variant chooses so. */
  private unsynced: LogWriter[] = [];

  constructor(context: EngineContext) {
    this.context = context;
  }

  /** The number of the file that writes go to. */
  get number(): number {
    return this.writer.number;
  }

  /** Bytes in the file that writes go to. */
  get offset(): number {
    return this.writer.offset;
  }

  /** Begins a file. Its number must be higher than all before it. */
  async begin(number: number): Promise<void> {
    const { context } = this;
    const name = logName(number);
    const handle = await context.fs.open(context.path(name), OpenFlag.WRITE | OpenFlag.CREATE | OpenFlag.EXCLUSIVE);
    await this.syncNewName();
    this.active = new context.parts.LogWriter(handle, name, number);
    context.trace({ kind: "wal-created", log: number });
  }

  /** Ends the current file and begins the next. */
  async rotate(number: number): Promise<void> {
    const old = this.writer;
    await this.retire(old);
    if (old.syncedOffset === old.offset) await old.close();
    else this.unsynced.push(old);
    await this.begin(number);
  }

  /** Hands a record to the file system; it survives the process, not the machine. */
  async append(record: Uint8Array): Promise<void> {
    const { writer, context } = this;
    context.counters.logBytes += record.length;
    await writer.append(record);
    const { walBytesPerSync } = context.options;
    if (walBytesPerSync > 0 && writer.offset - writer.syncedOffset >= walBytesPerSync && !writer.syncsBeside) {
      // Begun in this very turn: later, an append would be under way that the sync may or may not cover.
      void this.syncBeside(writer);
    }
  }

  /** Makes everything appended durable, in every file that is still needed. */
  async sync(): Promise<void> {
    for (const log of this.logsToSync()) {
      if (log.syncedOffset !== log.offset) this.context.counters.logSyncs++;
      await log.sync();
    }
    if (this.unsynced.length > 0) await this.closeSynced();
  }

  /**
   * Makes durable what a file has, while writes go on, so that little is left to wait for when the file is full. Never
   * rejects.
   */
  private async syncBeside(log: LogWriter): Promise<void> {
    this.context.counters.logSyncs++;
    try {
      await log.syncBeside();
    } catch (error) {
      // At once: no write may wait for this sync, and all that it was to make durable may be gone.
      this.context.health.fail(error);
    }
  }

  /** Takes note that the files below `number` are no longer needed. */
  async release(number: number): Promise<void> {
    const done = this.unsynced.filter((log) => log.number < number);
    this.unsynced = this.unsynced.filter((log) => log.number >= number);
    for (const log of done) await log.close();
  }

  async close(): Promise<void> {
    for (const log of this.unsynced) await log.close();
    this.unsynced = [];
    await this.active?.close();
    this.active = undefined;
  }

  /**
   * Makes the file that is being ended durable. Without it, a power loss may take its end while writes in its successor
   * survive: a hole, and "damage in an older log is corruption" would no longer be true.
   */
  protected retire(log: LogWriter): Promise<void> {
    return log.sync();
  }

  /**
   * Makes the new file's name durable. Without it, a synced write in the file is gone with its name after a power loss.
   */
  protected syncNewName(): Promise<void> {
    return this.context.fs.syncDirectory(this.context.directory);
  }

  /** The files that a synchronous write must sync, the oldest first: all that recovery would read. */
  protected logsToSync(): readonly LogWriter[] {
    return [...this.unsynced, this.writer];
  }

  private async closeSynced(): Promise<void> {
    const synced = this.unsynced.filter((log) => log.syncedOffset === log.offset);
    this.unsynced = this.unsynced.filter((log) => log.syncedOffset !== log.offset);
    for (const log of synced) await log.close();
  }

  private get writer(): LogWriter {
    if (this.active === undefined) throw new TypeError("the write-ahead log was used before it was begun");
    return this.active;
  }
}
