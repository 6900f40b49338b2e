import { CorruptionError, type LogReader, type LogTail, MalformedBytesError } from "../../engine/index.ts";
import { type FileHandle, OpenFlag } from "../../host/file-system.ts";
import { type LogContext, segmentPath } from "./log-context.ts";
import { LogCorruptionError } from "./log-errors.ts";
import { decodeEntry, decodeHeader, type SegmentHeader, type SegmentName } from "./log-segment.ts";
import type { LogEntry, Position } from "./position.ts";

/** Reads a segment's header and entries, and judges them. Close it. */
export class SegmentReader {
  protected readonly context: LogContext;
  private readonly handle: FileHandle;
  private readonly log: LogReader;
  /** The last entry that was read; undefined before the first. */
  private last: Position | undefined;
  private at = 0;

  private constructor(context: LogContext, handle: FileHandle, log: LogReader) {
    this.context = context;
    this.handle = handle;
    this.log = log;
  }

  /**
   * @param tail what its end may look like
   * @param start an offset that a {@link LogSegment} has remembered; 0 for the header
   */
  static async open(
    context: LogContext,
    { name, generation }: SegmentName,
    tail: LogTail,
    start = 0,
  ): Promise<SegmentReader> {
    const handle = await context.fs.open(segmentPath(context, name), OpenFlag.READ);
    return new SegmentReader(context, handle, new context.parts.LogReader(handle, name, generation, tail, start));
  }

  /** Offset of the record that was read last. */
  get recordOffset(): number {
    return this.at;
  }

  /** Offset behind the last whole record. */
  get offset(): number {
    return this.log.offset;
  }

  /** Where the torn end begins, once one was found. */
  get tornAt(): number | undefined {
    return this.log.tornAt;
  }

  /** The header, to be read first; undefined when the segment ends in or before it. @throws LogCorruptionError */
  async header(): Promise<SegmentHeader | undefined> {
    const record = await this.record();
    if (record === undefined) return undefined;
    const header = this.decode(() => decodeHeader(record));
    if (typeof header === "string") throw this.corruption(header);
    this.last = header.base;
    return header;
  }

  /**
   * The next entry, or undefined at the end of the segment.
   *
   * @throws LogCorruptionError
   */
  async next(): Promise<LogEntry | undefined> {
    const record = await this.record();
    if (record === undefined) return undefined;
    const entry = this.decode(() => decodeEntry(record));
    const { last } = this;
    if (last !== undefined && (entry.lsn !== last.lsn + 1 || entry.epoch < last.epoch)) {
      throw this.corruption(`it goes on with entry ${entry.epoch}/${entry.lsn}`);
    }
    this.last = entry;
    return entry;
  }

  /** The error for what is wrong where it has read to. */
  corruption(detail: string, options?: ErrorOptions): LogCorruptionError {
    const { last } = this;
    const sound = last === undefined ? undefined : { epoch: last.epoch, lsn: last.lsn };
    return new LogCorruptionError(this.log.name, this.at, sound, detail, options);
  }

  close(): Promise<void> {
    return this.handle.close();
  }

  private async record(): Promise<Uint8Array | undefined> {
    this.at = this.log.offset;
    try {
      return await this.log.next();
    } catch (error) {
      if (!(error instanceof CorruptionError)) throw error;
      this.at = error.offset ?? this.at;
      throw this.corruption(error.detail, { cause: error });
    }
  }

  private decode<T>(decode: () => T): T {
    try {
      return decode();
    } catch (error) {
      if (error instanceof MalformedBytesError) throw this.corruption(error.message, { cause: error });
      throw error;
    }
  }
}
