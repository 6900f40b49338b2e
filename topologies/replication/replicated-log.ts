import { Condition, type MaybePromise, Mutex } from "../../engine/index.ts";
import type { FileSystem } from "../../host/file-system.ts";
import type { LocalHost } from "../../host/host.ts";
import type { EpochBoundaries, EpochBoundary } from "./epoch-boundaries.ts";
import type { LogAppender } from "./log-appender.ts";
import type { LogContext } from "./log-context.ts";
import { LogClosedError, LogOrderError, LogTrimmedError } from "./log-errors.ts";
import { defaultLogParts, type LogParts } from "./log-parts.ts";
import type { RecoveredLog } from "./log-recovery.ts";
import type { LogSegment } from "./log-segment.ts";
import type { LogEntry, Position } from "./position.ts";
import type { RecentEntries } from "./recent-entries.ts";
import type { SegmentFiles } from "./segment-files.ts";
import { offsetBehind, readStored } from "./stored-entries.ts";

/** What a log runs on, and where. */
export interface LogSettings {
  readonly host: LocalHost;
  /** One of the host's mounts. */
  readonly fs: FileSystem;
  /** An absolute path in the mount; its parent must exist. The caller sees to it that nobody else has the log open. */
  readonly directory: string;
  /** Bytes of a segment above which the next is begun. */
  readonly segmentBytes: number;
  /** Bytes of the newest entries that are kept in memory. Default 1 MiB. */
  readonly recentBytes?: number;
  readonly parts?: LogParts;
}

/** Which entries to read. */
export interface EntryLimits {
  /** Bytes of payload: fewer entries are given when they would exceed it, but at least one. */
  readonly maxBytes: number;
  /** LSN of the last; default the log's last. */
  readonly to?: number;
}

const RECENT_BYTES = 1 << 20;

/**
 * A durable log of entries with an epoch and an LSN each, in segments: what WAL streaming sends, and what Raft agrees on.
 *
 * An entry counts from the call of {@link append} on: it is {@link last} and can be read. It survives the process when that
 * resolves, and the machine when {@link sync} does: whoever lets others act on an entry before must know what he does.
 *
 * After a failed write or sync, what the files hold is unknown, and the handle is {@link failed} for good: to sync once more
 * and believe the answer would acknowledge what is lost (fsyncgate). That holds for a full disk too: the half of a record
 * that it may leave is cut off when the log is opened again.
 */
export class ReplicatedLog {
  protected readonly context: LogContext;
  private readonly files: SegmentFiles;
  private readonly segments: LogSegment[];
  private readonly epochs_: EpochBoundaries;
  private readonly recent: RecentEntries;
  private readonly appender: LogAppender;
  private lastLsn: number;

  private readonly cutting = new Mutex();
  /** Cuts that are under way or due: appends and syncs wait until none is. */
  private cutsDue = 0;
  private readonly cutsDone = new Condition();
  /** How often entries were removed at the end: what was read from a file meanwhile may be half of it. */
  private cuts = 0;

  private closing: Promise<void> | undefined;

  constructor(context: LogContext, recovered: RecoveredLog) {
    this.context = context;
    this.files = new context.parts.SegmentFiles(context);
    this.segments = recovered.segments;
    this.epochs_ = recovered.epochs;
    this.recent = recovered.recent;
    this.lastLsn = recovered.last;
    this.appender = new context.parts.LogAppender(context, this.files, recovered);
  }

  /**
   * Opens a log, or makes a new one. What a crash has torn off the end is cut away; all that is found is durable.
   *
   * @throws LogCorruptionError damage below what was known to be durable, or a segment is missing; nothing was changed
   * @throws FileSystemError
   */
  static async open(settings: LogSettings): Promise<ReplicatedLog> {
    const { host, fs, directory, segmentBytes, recentBytes = RECENT_BYTES, parts = defaultLogParts } = settings;
    const context: LogContext = { host, fs, directory, segmentBytes, recentBytes, parts };
    return new this(context, await new parts.LogRecovery(context).run());
  }

  /** Just before the first entry that the log has: what the previous entry of that one must be. */
  get base(): Position {
    return this.epochs_.base;
  }

  /** LSN of the first entry that the log has; of the next one when it is empty. */
  get first(): number {
    return this.epochs_.base.lsn + 1;
  }

  /** The last entry, which may not be written yet; the base when the log is empty. */
  get last(): Position {
    return { epoch: this.epochs_.lastEpoch, lsn: this.lastLsn };
  }

  /** LSN up to which all is durable. */
  get synced(): number {
    return this.appender.synced;
  }

  /** Bytes of all its files. */
  get bytes(): number {
    let bytes = 0;
    for (const segment of this.segments) bytes += segment.bytes;
    return bytes;
  }

  /** Whether a write or sync has failed, after which nothing is written any more. Reads go on. */
  get failed(): boolean {
    return this.appender.failed;
  }

  /** What failed. */
  get failure(): unknown {
    return this.appender.failure;
  }

  /** Where the epochs of the entries that the log has begin, in order. */
  epochs(): readonly EpochBoundary[] {
    return this.epochs_.all;
  }

  /** The epoch of an entry that the log has, or of its base; undefined for any other. */
  epochAt(lsn: number): number | undefined {
    return lsn < this.base.lsn || lsn > this.lastLsn ? undefined : this.epochs_.at(lsn);
  }

  /**
   * Appends entries, all or none of which are accepted. Calls made before others have resolved are carried out in order, and
   * written together.
   *
   * @param entries their payloads must not change any more
   * @returns resolves when the file system has them
   * @throws LogOrderError they do not continue the log; nothing was appended
   * @throws LogFailedError now or earlier a write failed; whether these will be there when the log is opened again is unknown
   * @throws LogClosedError
   */
  async append(entries: readonly LogEntry[]): Promise<void> {
    while (this.cutsDue > 0) await this.cutsDone.wait();
    this.assertWritable();
    if (entries.length === 0) return;
    let previous: Position = this.last;
    for (const entry of entries) {
      if (!this.continues(entry, previous)) throw new LogOrderError(entry, this.last);
      previous = entry;
    }
    for (const entry of entries) {
      this.epochs_.add(entry);
      this.recent.add(entry);
    }
    this.lastLsn = previous.lsn;
    await this.appender.append(entries);
  }

  /**
   * Makes durable what was appended before. Whoever calls while a sync is under way shares the next one.
   *
   * @throws LogFailedError it may be durable or not; LogClosedError
   */
  async sync(): Promise<void> {
    while (this.cutsDue > 0) await this.cutsDone.wait();
    this.assertWritable();
    await this.appender.sync(this.lastLsn);
  }

  /**
   * Entries in order from an LSN on, for sending. Never waits for appends or syncs. May give fewer than there are, but gives
   * none only when there are none: call again from behind the last.
   *
   * @returns their payloads are shared and must not be changed
   * @throws LogTrimmedError the log begins later
   * @throws LogCorruptionError, LogClosedError, FileSystemError
   */
  async entries(from: number, limits: EntryLimits): Promise<readonly LogEntry[]> {
    return await this.lookup(from, limits);
  }

  /** As {@link entries}, but answers at once, without a promise, when they are in memory. May throw at once, too. */
  lookup(from: number, { maxBytes, to = Number.MAX_SAFE_INTEGER }: EntryLimits): MaybePromise<readonly LogEntry[]> {
    return this.recentEntries(from, to, maxBytes) ?? this.storedEntries(from, to, maxBytes);
  }

  /** @returns undefined when the first of them is no longer in memory */
  private recentEntries(from: number, to: number, maxBytes: number): readonly LogEntry[] | undefined {
    if (this.closing !== undefined) throw new LogClosedError(this.context.directory);
    if (from < this.first) throw new LogTrimmedError(from, this.first);
    const end = Math.min(to, this.lastLsn);
    if (from > end) return [];
    const recent = this.recent.first;
    return recent !== undefined && from >= recent ? this.recent.take(from, end, maxBytes) : undefined;
  }

  private async storedEntries(from: number, to: number, maxBytes: number): Promise<readonly LogEntry[]> {
    for (;;) {
      const inMemory = this.recentEntries(from, to, maxBytes);
      if (inMemory !== undefined) return inMemory;
      const { cuts } = this;
      try {
        const end = Math.min(to, this.lastLsn);
        const stored = Math.min(end, (this.recent.first ?? end + 1) - 1);
        const found = await readStored(this.context, this.segments, from, stored, maxBytes);
        if (cuts === this.cuts) return found;
      } catch (error) {
        // Otherwise the segment was cut or deleted meanwhile: look again.
        if (cuts === this.cuts && from >= this.first) throw error;
      }
    }
  }

  /**
   * Removes the entries behind an LSN; when this resolves they are gone for good, and the rest is durable. A crash before
   * leaves the old end or the new one. Appends and syncs that are called meanwhile wait.
   *
   * @throws LogTrimmedError the log begins later
   * @throws LogFailedError, LogClosedError
   */
  truncateAfter(lsn: number): Promise<void> {
    return this.cut(async () => {
      if (lsn < this.base.lsn) throw new LogTrimmedError(lsn, this.first);
      if (lsn >= this.lastLsn) return this.appender.settle();
      const kept = { epoch: this.epochs_.at(lsn), lsn };
      const segment = await this.appender.beginSegment(kept, false);
      this.cuts++;
      this.epochs_.truncateAfter(lsn);
      this.recent.truncateAfter(lsn);
      this.moveEnd(kept);
      this.context.host.trace({ kind: "log-truncated", log: this.context.directory, ...kept });
      const dead = this.segments.filter((other) => other !== segment && other.base.lsn >= lsn);
      this.keep((other) => !dead.includes(other));
      await this.files.remove(dead.map(({ name }) => name).reverse());
      const straddling = this.segments.at(-2);
      if (straddling !== undefined) await this.cutBack(straddling, lsn);
    });
  }

  /**
   * Deletes the segments of which all entries are below an LSN, the oldest first; never the newest.
   *
   * @param bound the LSN; asked for anew before each segment, as somebody may come to need entries while one is being deleted
   * @throws LogFailedError, LogClosedError
   */
  dropBefore(bound: number | (() => number)): Promise<void> {
    return this.cutting.run(async () => {
      this.assertWritable();
      for (;;) {
        const [oldest, next] = this.segments;
        const lsn = typeof bound === "number" ? bound : bound();
        if (oldest === undefined || next === undefined || !this.mayDrop(next, lsn)) return;
        this.segments.shift();
        this.epochs_.dropUpTo(next.base, this.lastLsn);
        this.recent.dropBefore(next.first);
        await this.guarded(() => this.files.remove([oldest.name]));
        this.context.host.trace({ kind: "log-trimmed", log: this.context.directory, first: next.first });
      }
    });
  }

  /**
   * Empties the log durably, so that the entry behind `position` is the next: after a copy of the data of that position was
   * installed. A crash before it resolves leaves all that was there, or nothing. Appends and syncs called meanwhile wait.
   *
   * @throws LogFailedError, LogClosedError
   */
  reset(position: Position): Promise<void> {
    return this.cut(async () => {
      const base = { epoch: position.epoch, lsn: position.lsn };
      const segment = await this.appender.beginSegment(base, true);
      this.cuts++;
      this.epochs_.reset(base);
      this.recent.truncateAfter(-1);
      this.moveEnd(base);
      this.context.host.trace({ kind: "log-reset", log: this.context.directory, ...base });
      const dead = this.segments.filter((other) => other !== segment);
      this.keep((other) => other === segment);
      await this.files.remove(dead.map(({ name }) => name));
    });
  }

  /**
   * Ends in good order: what was appended is made durable.
   *
   * @throws LogFailedError it could not be; the files were given back all the same
   */
  close(): Promise<void> {
    this.closing ??= this.cutting.run(() => this.appender.close());
    return this.closing;
  }

  /** Whether an entry may follow another: no hole, and no writer of the past. */
  protected continues({ epoch, lsn }: Position, last: Position): boolean {
    return lsn === last.lsn + 1 && epoch >= last.epoch;
  }

  /** Whether all entries before a segment are below an LSN that nobody needs anything before. */
  protected mayDrop(next: LogSegment, lsn: number): boolean {
    return next.first <= lsn;
  }

  /** Removes entries at the end, once all that was called before is done. */
  private cut(section: () => Promise<void>): Promise<void> {
    this.cutsDue++;
    return this.cutting.run(async () => {
      try {
        await this.appender.drained();
        this.assertWritable();
        await this.guarded(section);
      } finally {
        if (--this.cutsDue === 0) this.cutsDone.notify();
      }
    });
  }

  /** Takes an error of the file system for the end of the handle: what is on the disk is no longer what is in memory. */
  private async guarded(section: () => Promise<void>): Promise<void> {
    try {
      await section();
    } catch (error) {
      if (error instanceof LogTrimmedError) throw error;
      this.appender.fail(error);
      this.appender.assertSound();
    }
  }

  private moveEnd(position: Position): void {
    this.lastLsn = position.lsn;
    this.appender.moveEnd(position);
  }

  /** Cuts what is behind an entry off a segment: bytes that no longer count. */
  protected async cutBack(segment: LogSegment, lsn: number): Promise<void> {
    segment.truncateAfter(lsn);
    segment.bytes = await offsetBehind(this.context, segment, lsn);
    await this.files.cut(segment.name, segment.bytes);
  }

  private keep(wanted: (segment: LogSegment) => boolean): void {
    const kept = this.segments.filter(wanted);
    this.segments.splice(0, this.segments.length, ...kept);
  }

  private assertWritable(): void {
    if (this.closing !== undefined) throw new LogClosedError(this.context.directory);
    this.appender.assertSound();
  }
}
