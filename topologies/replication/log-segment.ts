import { ByteReader, ByteWriter, copyRange, putVarint, withCapacity, NO_BYTES } from "../../engine/index.ts";
import type { LogEntry, Position } from "./position.ts";

/**
 * The files of a replicated log.
 *
 * A segment is named by the LSN of its first entry and by its generation, which counts the segments ever begun. It is a
 * file in the engine's log format (engine/log-format.ts) with the generation as log number; its first record is a header,
 * each further one an entry.
 *
 * | record | fields |
 * |---|---|
 * | header | format version, epoch and LSN of the position before the first entry (varints), 1 if it begins a log afresh |
 * | entry | epoch and LSN (varints), payload |
 *
 * A later generation overrules the earlier ones: of these, what lies behind the position before its first entry is no
 * longer part of the log; when it begins the log afresh, nothing of them is. So one durable header is what cuts a log, as a
 * whole or not at all, and only then are files deleted. And nothing is ever appended to a file whose end a crash or a cut has
 * left: what may still be there could be taken for the continuation.
 */

const FORMAT_VERSION = 1;
const NAME_PATTERN = /^([0-9]{12,16})-([0-9]{6,16})\.log$/;
/** A place is remembered every so many bytes, so that a reading from the middle need not begin at the front. */
const MARK_DISTANCE = 4_096;
/** Two varints of at most eight bytes. */
const ENTRY_OVERHEAD = 16;

/** What a segment's name says. */
export interface SegmentName {
  readonly name: string;
  /** LSN of its first entry. */
  readonly first: number;
  readonly generation: number;
}

/** What a segment's header says. */
export interface SegmentHeader {
  /** Just before its first entry. */
  readonly base: Position;
  /** Whether the log begins here, whatever earlier generations hold. */
  readonly fresh: boolean;
}

/** A segment that is part of the log. */
export class LogSegment implements SegmentName {
  readonly name: string;
  readonly generation: number;
  readonly base: Position;
  /** Bytes of the file. */
  bytes = 0;
  /** Every so often, an entry and the offset of its record, or of one before which there is nothing but padding. */
  private readonly marks: { readonly lsn: number; readonly offset: number }[] = [];

  constructor(generation: number, base: Position) {
    this.name = segmentName(base.lsn + 1, generation);
    this.generation = generation;
    this.base = base;
  }

  get first(): number {
    return this.base.lsn + 1;
  }

  /** Takes note of where an entry's record begins; they come in order. */
  mark(lsn: number, offset: number): void {
    const latest = this.marks.at(-1);
    if (latest === undefined || offset - latest.offset >= MARK_DISTANCE) this.marks.push({ lsn, offset });
  }

  /** Forgets the places behind `lsn`. */
  truncateAfter(lsn: number): void {
    while ((this.marks.at(-1)?.lsn ?? lsn) > lsn) this.marks.pop();
  }

  /** Where to begin to read, to find an entry: 0 for the front. */
  offsetFor(lsn: number): number {
    let low = 0;
    let high = this.marks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.marks[middle] as { lsn: number }).lsn <= lsn) low = middle + 1;
      else high = middle;
    }
    return this.marks[low - 1]?.offset ?? 0;
  }
}

/** Entries on their way to a segment, encoded one after the other, with those who wait for them. */
export class EntryBatch {
  /** Where each entry ends in {@link bytes}. */
  readonly ends: number[] = [];
  readonly waiting: { readonly resolve: () => void; readonly reject: (error: unknown) => void }[] = [];
  bytes: Uint8Array = NO_BYTES;
  /** LSN of the first entry and of the last. */
  first = 0;
  last = 0;
  /** Of the last entry. */
  epoch = 0;
  private used = 0;

  add({ epoch, lsn, payload }: LogEntry): void {
    if (this.ends.length === 0) this.first = lsn;
    this.last = lsn;
    this.epoch = epoch;
    this.bytes = withCapacity(this.bytes, this.used, this.used + payload.length + ENTRY_OVERHEAD);
    let at = putVarint(this.bytes, this.used, epoch);
    at = putVarint(this.bytes, at, lsn);
    copyRange(payload, 0, payload.length, this.bytes, at);
    this.used = at + payload.length;
    this.ends.push(this.used);
  }

  /** Empties it, to be used again. @param keepBytes a larger buffer is given up */
  clear(keepBytes: number): void {
    this.ends.length = 0;
    this.waiting.length = 0;
    this.used = 0;
    if (this.bytes.length > keepBytes) this.bytes = NO_BYTES;
  }
}

/** An entry from its record; its payload is a copy. @throws MalformedBytesError */
export function decodeEntry(record: Uint8Array): LogEntry {
  const reader = new ByteReader(record);
  const epoch = reader.varint();
  const lsn = reader.varint();
  return { epoch, lsn, payload: record.slice(reader.position) };
}

export function encodeHeader({ base, fresh }: SegmentHeader): Uint8Array {
  const writer = new ByteWriter();
  writer.varint(FORMAT_VERSION);
  writer.varint(base.epoch);
  writer.varint(base.lsn);
  writer.byte(fresh ? 1 : 0);
  return writer.finish();
}

/** @returns a header, or what is wrong with it @throws MalformedBytesError */
export function decodeHeader(record: Uint8Array): SegmentHeader | string {
  const reader = new ByteReader(record);
  const version = reader.varint();
  if (version !== FORMAT_VERSION) return `its format is version ${version}, this build reads ${FORMAT_VERSION}`;
  const epoch = reader.varint();
  const lsn = reader.varint();
  return { base: { epoch, lsn }, fresh: reader.byte() === 1 };
}

function segmentName(first: number, generation: number): string {
  return `${String(first).padStart(12, "0")}-${String(generation).padStart(6, "0")}.log`;
}

/** Of the names in a log's directory its segments, the latest generation last. */
export function segmentsAmong(names: readonly string[]): SegmentName[] {
  const segments: SegmentName[] = [];
  for (const name of names) {
    const match = NAME_PATTERN.exec(name);
    if (match !== null) segments.push({ name, first: Number(match[1]), generation: Number(match[2]) });
  }
  return segments.sort((a, b) => a.generation - b.generation);
}
