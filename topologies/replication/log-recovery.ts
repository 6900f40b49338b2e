import { parentPath } from "../../engine/index.ts";
import { isFileSystemError } from "../../host/file-system-error.ts";
import { EpochBoundaries } from "./epoch-boundaries.ts";
import { type LogContext, segmentPath } from "./log-context.ts";
import { LogCorruptionError } from "./log-errors.ts";
import { LogSegment, segmentsAmong, type SegmentHeader, type SegmentName } from "./log-segment.ts";
import { type LogEntry, ORIGIN, positionText } from "./position.ts";
import { RecentEntries } from "./recent-entries.ts";
import type { SegmentFiles } from "./segment-files.ts";
import { SegmentReader } from "./segment-reader.ts";

/** A log as its files have it. */
export interface RecoveredLog {
  /** The oldest first. */
  readonly segments: LogSegment[];
  readonly epochs: EpochBoundaries;
  readonly recent: RecentEntries;
  /** LSN of the last entry; all up to it is durable. */
  readonly last: number;
  /** Of the latest segment; 0 when there is none. */
  readonly generation: number;
}

/** A segment that no later one overrules. */
interface LiveSegment {
  readonly name: SegmentName;
  readonly header: SegmentHeader;
  /** LSN of the last entry in it that counts; undefined for the latest segment: all that it has. */
  readonly limit: number | undefined;
}

/**
 * Finds out what a log holds. Cuts off what a crash has torn, finishes what a cut that was under way has begun, and makes
 * durable all that it has found; damage it leaves as it is.
 */
export class LogRecovery {
  protected readonly context: LogContext;
  private readonly files: SegmentFiles;
  private readonly recent: RecentEntries;
  private epochs = new EpochBoundaries(ORIGIN);
  protected last = 0;

  constructor(context: LogContext) {
    this.context = context;
    this.files = new context.parts.SegmentFiles(context);
    this.recent = new RecentEntries(context.recentBytes);
  }

  /** @throws LogCorruptionError, FileSystemError */
  async run(): Promise<RecoveredLog> {
    const names = await this.prepareDirectory();
    const found = segmentsAmong(names);
    const { live, headless } = await this.findLive(found);
    // A segment whose beginning was interrupted: it must not be there when a later one makes it look like an old one.
    if (headless !== undefined) await this.files.remove([headless.name]);
    const segments: LogSegment[] = [];
    for (const each of live) segments.push(await this.readSegment(each, segments.length === 0));
    await this.settle(segments);
    const parts = new Set(live.map(({ name }) => name));
    await this.files.remove(found.filter((name) => !parts.has(name) && name !== headless).map(({ name }) => name));
    const generation = live.at(-1)?.name.generation ?? 0;
    return { segments, epochs: this.epochs, recent: this.recent, last: this.last, generation };
  }

  /** Whether the end of a segment may be torn: only the latest was being written when the crash came. */
  protected mayBeTorn(limit: number | undefined): boolean {
    return limit === undefined;
  }

  /** Makes a new log's directory durable. Without it the whole log is gone after a power loss, synced entries and all. */
  protected syncParentDirectory(): Promise<void> {
    return this.context.fs.syncDirectory(parentPath(this.context.directory));
  }

  private async prepareDirectory(): Promise<string[]> {
    const { fs, directory } = this.context;
    try {
      await fs.mkdir(directory);
    } catch (error) {
      if (!isFileSystemError(error, "EEXIST")) throw error;
    }
    const names = await fs.readdir(directory);
    // An earlier start may have made the directory and died before this.
    if (names.length === 0 && directory !== "/") await this.syncParentDirectory();
    return names;
  }

  /** The segments that make up the log, the oldest first, and the latest if it has no header yet. */
  private async findLive(
    found: readonly SegmentName[],
  ): Promise<{ readonly live: LiveSegment[]; readonly headless: SegmentName | undefined }> {
    const live: LiveSegment[] = [];
    let headless: SegmentName | undefined;
    let limit: number | undefined;
    for (let at = found.length - 1; at >= 0; at--) {
      const name = found[at] as SegmentName;
      if (limit !== undefined && name.first > limit) continue;
      const header = await this.readHeader(name, limit);
      if (header === undefined) {
        // Older segments are deleted only when a later header is durable.
        if (headless !== undefined || (at === 0 && name.generation > 1)) {
          throw new LogCorruptionError(name.name, 0, undefined, "it has no header, although a later segment was begun");
        }
        headless = name;
        continue;
      }
      live.unshift({ name, header, limit });
      limit = header.base.lsn;
      if (header.fresh) break;
    }
    return { live, headless };
  }

  private async readHeader(name: SegmentName, limit: number | undefined): Promise<SegmentHeader | undefined> {
    const reader = await SegmentReader.open(this.context, name, this.mayBeTorn(limit) ? "torn" : "complete");
    try {
      const header = await reader.header();
      if (header === undefined && !this.mayBeTorn(limit)) throw reader.corruption("it has no header");
      if (header !== undefined && header.base.lsn + 1 !== name.first) {
        throw reader.corruption(`its header says that it begins behind ${positionText(header.base)}`);
      }
      return header;
    } finally {
      await reader.close();
    }
  }

  /** Reads a segment's entries as far as they count. */
  private async readSegment({ name, header, limit }: LiveSegment, oldest: boolean): Promise<LogSegment> {
    const { base } = header;
    const segment = new LogSegment(name.generation, base);
    const reader = await SegmentReader.open(this.context, name, this.mayBeTorn(limit) ? "torn" : "complete");
    try {
      await reader.header();
      if (oldest) this.begin(header);
      else this.assertContinues(reader, header);
      const end = this.endOf(limit);
      while (this.last < end) {
        const entry = await reader.next();
        if (entry === undefined) break;
        this.take(segment, entry, reader.recordOffset);
      }
      if (limit !== undefined && this.last < limit) {
        throw reader.corruption(`it ends there, but the next segment goes on behind entry ${limit}`);
      }
      segment.bytes = reader.offset;
    } finally {
      await reader.close();
    }
    return segment;
  }

  /**
   * LSN of the last entry in a segment that counts. What is behind it, another has taken the place of: it must not come back,
   * whether or not it was cut off.
   */
  protected endOf(limit: number | undefined): number {
    return limit ?? Number.POSITIVE_INFINITY;
  }

  /** The log goes on with an entry, whose record is at an offset of a segment. */
  protected take(segment: LogSegment, entry: LogEntry, offset: number): void {
    segment.mark(entry.lsn, offset);
    this.epochs.add(entry);
    this.recent.add(entry);
    this.last = entry.lsn;
    this.recent.trim(this.last);
  }

  /** Cuts off what is behind the last entry that counts in each segment, and makes durable what counts. */
  private async settle(segments: readonly LogSegment[]): Promise<void> {
    const latest = segments.at(-1);
    if (latest !== undefined) await this.settleLatest(latest);
    await this.settleNames();
    for (const segment of segments.slice(0, -1)) {
      // It has been made durable, up to where it counts, before the next was begun.
      const { size } = await this.context.fs.stat(segmentPath(this.context, segment.name));
      if (size > segment.bytes) await this.files.cut(segment.name, segment.bytes);
    }
  }

  /**
   * Without it, the torn end of the latest segment would be damage in an older one as soon as the next is begun; and what was
   * found of it may be in the page cache only.
   */
  protected settleLatest(segment: LogSegment): Promise<void> {
    return this.files.cut(segment.name, segment.bytes);
  }

  /**
   * Makes the latest segment's name durable before what it overrules is cut off and deleted. Without it, when the process
   * has died while the segment was begun, a power loss could take the segment and leave a hole in what it was to overrule.
   */
  protected settleNames(): Promise<void> {
    return this.files.syncNames();
  }

  private begin({ base }: SegmentHeader): void {
    this.epochs = new EpochBoundaries(base);
    this.last = base.lsn;
  }

  /** @throws LogCorruptionError when a segment does not go on from those before it */
  protected assertContinues(reader: SegmentReader, { base }: SegmentHeader): void {
    const epoch = this.epochs.at(base.lsn);
    if (base.lsn !== this.last || epoch !== base.epoch) {
      const there = positionText({ epoch, lsn: this.last });
      throw reader.corruption(`it continues ${positionText(base)}, but the segments before it end at ${there}`);
    }
  }
}
