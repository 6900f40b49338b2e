import { isFileSystemError } from "../../host/file-system-error.ts";
import type { LogContext } from "./log-context.ts";
import { LogCorruptionError } from "./log-errors.ts";
import type { LogSegment } from "./log-segment.ts";
import type { LogEntry } from "./position.ts";
import { SegmentReader } from "./segment-reader.ts";

/**
 * Reads entries from the segment that has the first of them.
 *
 * @param segments of a log, the oldest first
 * @param from LSN of the first entry, which one of the segments has
 * @param to LSN of the last; those behind the segment's end are left out
 * @param maxBytes of payload: fewer entries are given when they would exceed it, but at least one
 * @throws LogCorruptionError, FileSystemError
 */
export async function readStored(
  context: LogContext,
  segments: readonly LogSegment[],
  from: number,
  to: number,
  maxBytes: number,
): Promise<LogEntry[]> {
  const segment = segments.findLast(({ base }) => base.lsn < from) as LogSegment;
  const next = segments[segments.indexOf(segment) + 1];
  const end = Math.min(to, next?.base.lsn ?? to);
  const entries: LogEntry[] = [];
  let bytes = 0;
  const reader = await openAt(context, segment, from);
  try {
    for (;;) {
      const entry = await reader.next();
      if (entry === undefined) throw reader.corruption(`entry ${from + entries.length} is not there`);
      if (entry.lsn < from) continue;
      bytes += entry.payload.length;
      if (bytes > maxBytes && entries.length > 0) return entries;
      entries.push(entry);
      if (entry.lsn >= end) return entries;
    }
  } finally {
    await reader.close();
  }
}

/** The offset in a segment behind the record of an entry. @throws LogCorruptionError, FileSystemError */
export async function offsetBehind(context: LogContext, segment: LogSegment, lsn: number): Promise<number> {
  const reader = await openAt(context, segment, lsn);
  try {
    for (let entry = await reader.next(); entry !== undefined && entry.lsn < lsn;) entry = await reader.next();
    return reader.offset;
  } finally {
    await reader.close();
  }
}

/** Opens a segment to read on from an entry, or from one before it. */
async function openAt(context: LogContext, segment: LogSegment, lsn: number): Promise<SegmentReader> {
  const start = segment.offsetFor(lsn);
  const reader = await openSegment(context, segment, lsn, start);
  try {
    if (start === 0) await reader.header();
  } catch (error) {
    await reader.close();
    throw error;
  }
  return reader;
}

async function openSegment(
  context: LogContext,
  segment: LogSegment,
  lsn: number,
  start: number,
): Promise<SegmentReader> {
  try {
    return await SegmentReader.open(context, segment, "growing", start);
  } catch (error) {
    if (!isFileSystemError(error, "ENOENT")) throw error;
    throw new LogCorruptionError(segment.name, undefined, undefined, `it is gone, with entry ${lsn}`, { cause: error });
  }
}
