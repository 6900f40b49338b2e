import { ByteReader, MalformedBytesError } from "../../engine/index.ts";
import type { LogEntry, Position } from "../replication/position.ts";
import type { StoredChange } from "../replication/stored-changes.ts";
import { utf8, utf8Text } from "../text.ts";
import { EpochHistory } from "./epoch-history.ts";
import { decodeFrame, FrameError, type FrameWriter } from "./frames.ts";

/** The port on which a primary streams to its replicas. */
export const STREAM_PORT = 7100;

/** A replica introduces itself: when it has connected, and anew when it has another copy of the data or another end of its log. */
export interface Hello {
  readonly kind: "hello";
  readonly node: string;
  /** Streams of earlier epochs are refused. */
  readonly promised: number;
  readonly history: EpochHistory;
  /** LSN of the last entry that it has; all up to it is durable. */
  readonly last: number;
  /** From which position on its data is that of one moment, when it is not yet there; 0/0 when it is. */
  readonly wholeFrom: Position;
  /** Whether it needs all data: it has none, or cannot use what it has. */
  readonly empty: boolean;
}

/** How far a replica is; each number is an LSN. */
export interface Acknowledgement {
  readonly kind: "ack";
  readonly received: number;
  readonly flushed: number;
  readonly applied: number;
  /** Whether its data is that of one moment. */
  readonly consistent: boolean;
  /** The replica's own clock, in nanoseconds, which the primary sends back. */
  readonly clock: number;
  /** Whether it wants the clock sent back at once. */
  readonly ping: boolean;
}

/** Asks for what keys hold, to undo what another branch has made of them. */
export interface Fetch {
  readonly kind: "fetch";
  readonly keys: readonly Uint8Array[];
}

/** Entries follow, from behind the replica's last. */
export interface Welcome {
  readonly kind: "welcome";
  readonly epoch: number;
  readonly history: EpochHistory;
}

/** The replica's log goes on from this entry on a branch of its own, which must go first. */
export interface Diverged {
  readonly kind: "diverged";
  readonly epoch: number;
  readonly ancestor: number;
}

/** All data follows, as of a position, file by file. */
export interface SnapshotBegin {
  readonly kind: "snapshot";
  readonly epoch: number;
  readonly history: EpochHistory;
  readonly applied: Position;
  /** Of the content. */
  readonly digest: string;
  readonly files: readonly { readonly name: string; readonly bytes: number }[];
}

/** A piece of the files, in order. */
export interface SnapshotChunk {
  readonly kind: "chunk";
  readonly file: number;
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** All files were sent. */
export interface SnapshotEnd {
  readonly kind: "snapshot-end";
  /** CRC-32C of each file. */
  readonly checksums: readonly number[];
}

/** What keys hold at the primary, up to an LSN. */
export interface Fetched {
  readonly kind: "fetched";
  readonly at: number;
  readonly changes: readonly StoredChange[];
}

/** Entries, or a sign of life. */
export interface Entries {
  readonly kind: "entries";
  readonly epoch: number;
  /** The entry before the first of these, or before the next. */
  readonly previous: Position;
  /** LSN up to which the primary shows its data to clients. */
  readonly published: number;
  /** Of the content up to {@link published}; "" when the primary cannot tell now. */
  readonly digest: string;
  /** The latest clock that the replica has sent, as it was before `published` was looked up; 0 when there is none. */
  readonly echo: number;
  readonly entries: readonly LogEntry[];
}

/** Nothing follows. */
export interface Refused {
  readonly kind: "refused";
  readonly code: string;
  readonly reason: string;
}

export type StreamMessage =
  | Hello
  | Acknowledgement
  | Fetch
  | Welcome
  | Diverged
  | SnapshotBegin
  | SnapshotChunk
  | SnapshotEnd
  | Fetched
  | Entries
  | Refused;

/** A message, and the cluster that its sender belongs to: 0 for none yet. */
export interface ReceivedMessage {
  readonly cluster: number;
  readonly message: StreamMessage;
}

const KINDS: readonly StreamMessage["kind"][] = [
  "hello",
  "ack",
  "fetch",
  "welcome",
  "diverged",
  "snapshot",
  "chunk",
  "snapshot-end",
  "fetched",
  "entries",
  "refused",
];

/** @param cluster of the sender; 0 for none yet. @returns a frame that the writer's next one overwrites */
export function encodeMessage(writer: FrameWriter, cluster: number, message: StreamMessage): Uint8Array {
  writer.begin(KINDS.indexOf(message.kind) + 1, cluster);
  write(writer, message);
  return writer.finish();
}

/** @returns a message whose entries are views of the bytes. @throws FrameError */
export function decodeMessage(bytes: Uint8Array): ReceivedMessage {
  const { kind, cluster, payload } = decodeFrame(bytes);
  const name = KINDS[kind - 1];
  if (name === undefined) throw new FrameError("foreign", `a frame of kind ${kind}, which this build does not know`);
  try {
    const reader = new ByteReader(payload);
    const message = read(reader, payload, name);
    if (!reader.done) throw new MalformedBytesError("goes on behind its end");
    return { cluster, message };
  } catch (error) {
    if (!(error instanceof MalformedBytesError) && !(error instanceof RangeError)) throw error;
    throw new FrameError("corrupt", `a frame '${name}' cannot be read: ${error.message}`);
  }
}

function write(writer: FrameWriter, message: StreamMessage): void {
  switch (message.kind) {
    case "hello":
      writer.bytes(utf8(message.node));
      writer.varint(message.promised);
      writeHistory(writer, message.history);
      writer.varint(message.last);
      writePosition(writer, message.wholeFrom);
      writer.byte(Number(message.empty));
      return;
    case "ack":
      writer.varint(message.received);
      writer.varint(message.flushed);
      writer.varint(message.applied);
      writer.byte(Number(message.consistent) + 2 * Number(message.ping));
      writer.varint(message.clock);
      return;
    case "fetch":
      writeList(writer, message.keys, (key) => writer.bytes(key));
      return;
    case "welcome":
      writer.varint(message.epoch);
      writeHistory(writer, message.history);
      return;
    case "diverged":
      writer.varint(message.epoch);
      writer.varint(message.ancestor);
      return;
    case "snapshot":
      writer.varint(message.epoch);
      writeHistory(writer, message.history);
      writePosition(writer, message.applied);
      writer.bytes(utf8(message.digest));
      writeList(writer, message.files, ({ name, bytes }) => {
        writer.bytes(utf8(name));
        writer.varint(bytes);
      });
      return;
    case "chunk":
      writer.varint(message.file);
      writer.varint(message.offset);
      writer.bytes(message.bytes);
      return;
    case "snapshot-end":
      writeList(writer, message.checksums, (checksum) => writer.fixed32(checksum));
      return;
    case "fetched":
      writer.varint(message.at);
      writeList(writer, message.changes, ({ key, value }) => {
        writer.bytes(key);
        writer.byte(Number(value !== undefined));
        if (value !== undefined) writer.bytes(value);
      });
      return;
    case "entries":
      writer.varint(message.epoch);
      writePosition(writer, message.previous);
      writer.varint(message.published);
      writer.bytes(utf8(message.digest));
      writer.varint(message.echo);
      // Their LSNs follow from the first one's.
      writeList(writer, message.entries, ({ epoch, payload }) => {
        writer.varint(epoch);
        writer.bytes(payload);
      });
      return;
    case "refused":
      writer.bytes(utf8(message.code));
      writer.bytes(utf8(message.reason));
  }
}

function read(reader: ByteReader, source: Uint8Array, kind: StreamMessage["kind"]): StreamMessage {
  switch (kind) {
    case "hello":
      return {
        kind,
        node: readText(reader),
        promised: reader.varint(),
        history: readHistory(reader),
        last: reader.varint(),
        wholeFrom: readPosition(reader),
        empty: readFlags(reader, 1) === 1,
      };
    case "ack": {
      const [received, flushed, applied] = [reader.varint(), reader.varint(), reader.varint()];
      const flags = readFlags(reader, 3);
      return {
        kind,
        received,
        flushed,
        applied,
        consistent: (flags & 1) === 1,
        ping: (flags & 2) === 2,
        clock: reader.varint(),
      };
    }
    case "fetch":
      return { kind, keys: readList(reader, () => reader.bytes()) };
    case "welcome":
      return { kind, epoch: reader.varint(), history: readHistory(reader) };
    case "diverged":
      return { kind, epoch: reader.varint(), ancestor: reader.varint() };
    case "snapshot":
      return {
        kind,
        epoch: reader.varint(),
        history: readHistory(reader),
        applied: readPosition(reader),
        digest: readText(reader),
        files: readList(reader, () => ({ name: readText(reader), bytes: reader.varint() })),
      };
    case "chunk":
      return { kind, file: reader.varint(), offset: reader.varint(), bytes: reader.bytes() };
    case "snapshot-end":
      return { kind, checksums: readList(reader, () => reader.fixed32()) };
    case "fetched":
      return {
        kind,
        at: reader.varint(),
        changes: readList(reader, () => ({
          key: reader.bytes(),
          value: readFlags(reader, 1) === 1 ? reader.bytes() : undefined,
        })),
      };
    case "entries": {
      const epoch = reader.varint();
      const previous = readPosition(reader);
      const [published, digest, echo] = [reader.varint(), readText(reader), reader.varint()];
      let { lsn } = previous;
      const entries = readList(reader, () => ({
        epoch: reader.varint(),
        lsn: ++lsn,
        payload: readView(reader, source),
      }));
      return { kind, epoch, previous, published, digest, echo, entries };
    }
    case "refused":
      return { kind, code: readText(reader), reason: readText(reader) };
  }
}

function writePosition(writer: FrameWriter, { epoch, lsn }: Position): void {
  writer.varint(epoch);
  writer.varint(lsn);
}

function readPosition(reader: ByteReader): Position {
  return { epoch: reader.varint(), lsn: reader.varint() };
}

function writeHistory(writer: FrameWriter, { starts }: EpochHistory): void {
  writeList(writer, starts, ({ epoch, after }) => {
    writer.varint(epoch);
    writer.varint(after);
  });
}

function readHistory(reader: ByteReader): EpochHistory {
  return new EpochHistory(readList(reader, () => ({ epoch: reader.varint(), after: reader.varint() })));
}

function writeList<T>(writer: FrameWriter, items: readonly T[], writeItem: (item: T) => void): void {
  writer.varint(items.length);
  for (const item of items) writeItem(item);
}

function readList<T>(reader: ByteReader, readItem: () => T): T[] {
  const count = reader.varint();
  const items: T[] = [];
  // Not allocated beforehand: the count may be damage that no checksum has noticed.
  for (let index = 0; index < count; index++) items.push(readItem());
  return items;
}

function readText(reader: ByteReader): string {
  return utf8Text(reader.bytes());
}

/** A string of bytes, as a view of what it is read from: a message that was received is nobody else's. */
function readView(reader: ByteReader, source: Uint8Array): Uint8Array {
  const length = reader.varint();
  const start = reader.skip(length);
  return source.subarray(start, start + length);
}

function readFlags(reader: ByteReader, most: number): number {
  const flags = reader.byte();
  if (flags > most) throw new MalformedBytesError(`${flags} where flags should be`);
  return flags;
}
