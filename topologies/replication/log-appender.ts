import { Condition, type LogWriter } from "../../engine/index.ts";
import type { LogContext } from "./log-context.ts";
import { LogFailedError } from "./log-errors.ts";
import type { RecoveredLog } from "./log-recovery.ts";
import { EntryBatch, type LogSegment } from "./log-segment.ts";
import { LogSyncs } from "./log-syncs.ts";
import type { LogEntry, Position } from "./position.ts";
import type { RecentEntries } from "./recent-entries.ts";
import type { SegmentFiles } from "./segment-files.ts";

/** A larger buffer for entries on their way to the disk is given up instead of being kept for the next. */
const KEPT_BATCH_BYTES = 1 << 17;

/**
 * Brings entries to the end of a log and makes them durable, in groups: what comes while a write or sync is under way goes
 * together in the next. Writes go on while a sync is under way.
 *
 * Failure is sticky: after a failed write or sync, what the files hold is known only to a recovery.
 */
export class LogAppender {
  protected readonly context: LogContext;
  private readonly files: SegmentFiles;
  private readonly segments: LogSegment[];
  private readonly recent: RecentEntries;
  private generation: number;
  /** Undefined until the first append after opening. */
  private writer: LogWriter | undefined;

  private writtenLsn: number;
  private writtenEpoch: number;
  private syncedLsn: number;

  private pending = new EntryBatch();
  private spare = new EntryBatch();
  private pumping = false;
  /** A write or the beginning of a segment is under way: a sync begun now may or may not cover it. */
  private writing = false;
  private syncing = false;
  private readonly syncs = new LogSyncs();
  private readonly changed = new Condition();
  private failure_: { readonly error: unknown } | undefined;

  /** @param log its segments are shared: new ones are added */
  constructor(context: LogContext, files: SegmentFiles, { segments, epochs, recent, last, generation }: RecoveredLog) {
    this.context = context;
    this.files = files;
    this.segments = segments;
    this.recent = recent;
    this.generation = generation;
    this.writtenLsn = last;
    this.writtenEpoch = epochs.lastEpoch;
    this.syncedLsn = last;
  }

  /** LSN up to which all is durable. */
  get synced(): number {
    return this.syncedLsn;
  }

  get failed(): boolean {
    return this.failure_ !== undefined;
  }

  /** What failed first. */
  get failure(): unknown {
    return this.failure_?.error;
  }

  /** Appends entries that continue those before; resolves when they are written. @throws LogFailedError */
  append(entries: readonly LogEntry[]): Promise<void> {
    const { pending } = this;
    for (const entry of entries) pending.add(entry);
    return new Promise((resolve, reject) => {
      pending.waiting.push({ resolve, reject });
      if (!this.pumping) void this.pump();
    });
  }

  /** Resolves when all up to `lsn`, which was appended, is durable. @throws LogFailedError */
  sync(lsn: number): Promise<void> {
    if (this.syncedLsn >= lsn) return Promise.resolve();
    const durable = this.syncs.wait(lsn);
    this.beginSync();
    return durable;
  }

  /** Resolves when no write or sync is under way or due. */
  async drained(): Promise<void> {
    while (this.pumping || this.syncing || !this.syncs.empty) await this.changed.wait();
  }

  /** Makes durable all that was written; to be called when nothing else is under way. */
  async settle(): Promise<void> {
    if (this.writer !== undefined) await this.retire(this.writer);
    this.noteSynced(this.writtenLsn);
  }

  /**
   * Makes all that was written durable and begins a segment behind `base`; to be called when nothing else is under way.
   *
   * @param fresh whether the log begins there
   */
  async beginSegment(base: Position, fresh: boolean): Promise<LogSegment> {
    const old = this.writer;
    if (old !== undefined) {
      await this.retire(old);
      await old.close();
    }
    this.generation++;
    const { segment, writer } = await this.files.create(this.generation, base, fresh);
    this.writer = writer;
    this.segments.push(segment);
    return segment;
  }

  /** Takes note that the log ends elsewhere, durably. */
  moveEnd({ epoch, lsn }: Position): void {
    this.writtenLsn = lsn;
    this.writtenEpoch = epoch;
    this.syncedLsn = lsn;
  }

  /** Makes all durable and gives the files back. @throws LogFailedError when it was not made durable */
  async close(): Promise<void> {
    await this.drained();
    try {
      if (!this.failed) await this.settle();
    } catch (error) {
      this.fail(error);
    }
    const { writer } = this;
    this.writer = undefined;
    await writer?.close();
    this.assertSound();
  }

  /** Ends all writing. Only the first failure counts. */
  fail(error: unknown): void {
    if (this.failure_ !== undefined) return;
    this.failure_ = { error };
    const { host, directory } = this.context;
    const reason = error instanceof Error ? error.message : String(error);
    host.trace({ kind: "log-failed", log: directory, reason, written: this.writtenLsn, synced: this.syncedLsn });
    for (const { reject } of this.pending.waiting.splice(0)) reject(this.failedError());
    this.syncs.fail(this.failedError());
  }

  /** @throws LogFailedError after a failure */
  assertSound(): void {
    if (this.failed) throw this.failedError();
  }

  /** Whether the newest segment takes no more entries. */
  protected isFull(writer: LogWriter): boolean {
    return writer.offset >= this.context.segmentBytes;
  }

  /**
   * Makes a segment that is being ended durable. Without it, a power loss may take its end while entries in its successor
   * survive: a hole.
   */
  protected retire(writer: LogWriter): Promise<void> {
    return writer.sync();
  }

  /** Makes what was written durable, while writes go on. Without it, an entry that was acknowledged can be lost. */
  protected syncWriter(writer: LogWriter): Promise<void> {
    return writer.syncBeside();
  }

  /** Writes what is pending, group by group, until nothing is. Never rejects. */
  private async pump(): Promise<void> {
    this.pumping = true;
    while (this.pending.ends.length > 0 && !this.failed) {
      const batch = this.pending;
      this.pending = this.spare;
      this.spare = batch;
      this.writing = true;
      try {
        if (this.writer === undefined || this.isFull(this.writer)) await this.rotate();
        const writer = this.writer as unknown as LogWriter;
        const segment = this.segments.at(-1) as LogSegment;
        segment.mark(batch.first, writer.offset);
        await writer.appendAll(batch.bytes, batch.ends);
        segment.bytes = writer.offset;
        this.noteWritten(batch);
      } catch (error) {
        this.fail(error);
        for (const { reject } of batch.waiting) reject(this.failedError());
        break;
      } finally {
        this.writing = false;
      }
      for (const { resolve } of batch.waiting) resolve();
      batch.clear(KEPT_BATCH_BYTES);
      this.beginSync();
    }
    this.pumping = false;
    this.changed.notify();
  }

  private noteWritten(batch: EntryBatch): void {
    this.writtenLsn = batch.last;
    this.writtenEpoch = batch.epoch;
    this.recent.trim(batch.last);
  }

  /** Ends the newest segment and begins the next. */
  private async rotate(): Promise<void> {
    const lsn = this.writtenLsn;
    await this.beginSegment({ epoch: this.writtenEpoch, lsn }, false);
    this.noteSynced(lsn);
  }

  private beginSync(): void {
    const { writer } = this;
    if (this.syncs.empty || this.syncing || this.writing || writer === undefined) return;
    // Who waits is not written yet; the pump comes back here when he is.
    if (this.writtenLsn <= this.syncedLsn || this.failed) return;
    this.syncing = true;
    void this.syncOnce(writer, this.writtenLsn);
  }

  private async syncOnce(writer: LogWriter, target: number): Promise<void> {
    try {
      await this.syncWriter(writer);
      this.noteSynced(target);
    } catch (error) {
      this.fail(error);
    }
    this.syncing = false;
    this.beginSync();
    this.changed.notify();
  }

  private noteSynced(lsn: number): void {
    if (lsn > this.syncedLsn) this.syncedLsn = lsn;
    this.syncs.reached(this.syncedLsn);
  }

  private failedError(): LogFailedError {
    return new LogFailedError(this.context.directory, this.failure);
  }
}
