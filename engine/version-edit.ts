import { asciiBytes, asciiText, ByteReader, ByteWriter, MalformedBytesError } from "./coding.ts";
import type { InternalKey } from "./internal-key.ts";
import { decodeInternalKey, encodeInternalKey } from "./internal-key.ts";
import type { TableProperties } from "./table-file.ts";

/** The comparator's name, stored so that files in another order are not opened. */
export const COMPARATOR_NAME = "faultline.bytewise";

/** The version of the whole layout: names, logs, manifests. Tables have their own. */
export const FORMAT_VERSION = 1;

export interface NewTable {
  readonly level: number;
  readonly table: TableProperties;
}

export interface DeletedTable {
  readonly level: number;
  readonly number: number;
}

export interface CompactPointer {
  readonly level: number;
  readonly key: InternalKey;
}

/**
 * What changes from one version to the next: one record of a manifest. Fields that are undefined do not change. A
 * snapshot, which begins every manifest, is the change from nothing to everything.
 */
export interface VersionEdit {
  readonly versionNumber: number;
  /** Starts from an empty version. */
  readonly snapshot: boolean;
  readonly formatVersion?: number | undefined;
  readonly comparator?: string | undefined;
  /** Logs with a lower number are no longer needed. */
  readonly logNumber?: number | undefined;
  /** No file has this number or a higher one. */
  readonly nextFileNumber?: number | undefined;
  /** The highest sequence number given out. */
  readonly lastSequence?: number | undefined;
  /** Up to this sequence number every write is in tables, those included that compactions have left out since. */
  readonly flushedSequence?: number | undefined;
  /** Where each level's last compaction ended. */
  readonly compactPointers: readonly CompactPointer[];
  readonly deleted: readonly DeletedTable[];
  readonly added: readonly NewTable[];
}

/** The part of an edit that a flush or compaction decides. */
export interface TableChanges {
  readonly added: readonly NewTable[];
  readonly deleted: readonly DeletedTable[];
  readonly logNumber?: number;
  readonly compactPointer?: CompactPointer;
}

const Tag = {
  COMPARATOR: 1,
  LOG_NUMBER: 2,
  NEXT_FILE_NUMBER: 3,
  LAST_SEQUENCE: 4,
  COMPACT_POINTER: 5,
  DELETED_TABLE: 6,
  NEW_TABLE: 7,
  FORMAT_VERSION: 8,
  VERSION_NUMBER: 9,
  SNAPSHOT: 10,
  FLUSHED_SEQUENCE: 11,
} as const;

export function encodeVersionEdit(edit: VersionEdit): Uint8Array {
  const writer = new ByteWriter();
  const number = (tag: number, value: number | undefined): void => {
    if (value === undefined) return;
    writer.varint(tag);
    writer.varint(value);
  };
  // First, so that a reader knows at once whether it can read the rest.
  number(Tag.FORMAT_VERSION, edit.formatVersion);
  if (edit.snapshot) writer.varint(Tag.SNAPSHOT);
  number(Tag.VERSION_NUMBER, edit.versionNumber);
  if (edit.comparator !== undefined) {
    writer.varint(Tag.COMPARATOR);
    writer.bytes(asciiBytes(edit.comparator));
  }
  number(Tag.LOG_NUMBER, edit.logNumber);
  number(Tag.NEXT_FILE_NUMBER, edit.nextFileNumber);
  number(Tag.LAST_SEQUENCE, edit.lastSequence);
  number(Tag.FLUSHED_SEQUENCE, edit.flushedSequence);
  for (const { level, key } of edit.compactPointers) {
    number(Tag.COMPACT_POINTER, level);
    writer.bytes(encodeInternalKey(key));
  }
  for (const { level, number: file } of edit.deleted) {
    number(Tag.DELETED_TABLE, level);
    writer.varint(file);
  }
  for (const { level, table } of edit.added) {
    number(Tag.NEW_TABLE, level);
    writer.varint(table.number);
    writer.varint(table.size);
    writer.varint(table.entries);
    writer.varint(table.deletions);
    writer.varint(table.rangeDeletions);
    writer.bytes(encodeInternalKey(table.smallest));
    writer.bytes(encodeInternalKey(table.largest));
    writer.varint(table.smallestSequence);
    writer.varint(table.largestSequence);
  }
  return writer.finish();
}

/**
 * Reads an edit from its stored form.
 *
 * @throws MalformedBytesError
 * @throws FormatTooNewError
 */
export function decodeVersionEdit(bytes: Uint8Array): VersionEdit {
  const reader = new ByteReader(bytes);
  let versionNumber = 0;
  let snapshot = false;
  let formatVersion: number | undefined;
  let comparator: string | undefined;
  let logNumber: number | undefined;
  let nextFileNumber: number | undefined;
  let lastSequence: number | undefined;
  let flushedSequence: number | undefined;
  const compactPointers: CompactPointer[] = [];
  const deleted: DeletedTable[] = [];
  const added: NewTable[] = [];
  while (!reader.done) {
    const tag = reader.varint();
    switch (tag) {
      case Tag.FORMAT_VERSION:
        formatVersion = reader.varint();
        if (formatVersion > FORMAT_VERSION) throw new FormatTooNewError(formatVersion);
        break;
      case Tag.SNAPSHOT:
        snapshot = true;
        break;
      case Tag.VERSION_NUMBER:
        versionNumber = reader.varint();
        break;
      case Tag.COMPARATOR:
        comparator = asciiText(reader.bytes());
        break;
      case Tag.LOG_NUMBER:
        logNumber = reader.varint();
        break;
      case Tag.NEXT_FILE_NUMBER:
        nextFileNumber = reader.varint();
        break;
      case Tag.LAST_SEQUENCE:
        lastSequence = reader.varint();
        break;
      case Tag.FLUSHED_SEQUENCE:
        flushedSequence = reader.varint();
        break;
      case Tag.COMPACT_POINTER:
        compactPointers.push({ level: reader.varint(), key: readKey(reader) });
        break;
      case Tag.DELETED_TABLE:
        deleted.push({ level: reader.varint(), number: reader.varint() });
        break;
      case Tag.NEW_TABLE:
        added.push({ level: reader.varint(), table: readTable(reader) });
        break;
      default:
        throw new MalformedBytesError(`a version edit has unknown field ${tag}`);
    }
  }
  if (versionNumber === 0) throw new MalformedBytesError("a version edit has no version number");
  return {
    versionNumber,
    snapshot,
    formatVersion,
    comparator,
    logNumber,
    nextFileNumber,
    lastSequence,
    flushedSequence,
    compactPointers,
    deleted,
    added,
  };
}

/** An edit says that what follows is in a newer format. */
export class FormatTooNewError extends Error {
  override readonly name = "FormatTooNewError";
  readonly version: number;

  constructor(version: number) {
    super(`format version ${version} is newer than ${FORMAT_VERSION}`);
    this.version = version;
  }
}

function readTable(reader: ByteReader): TableProperties {
  return {
    number: reader.varint(),
    size: reader.varint(),
    entries: reader.varint(),
    deletions: reader.varint(),
    rangeDeletions: reader.varint(),
    smallest: readKey(reader),
    largest: readKey(reader),
    smallestSequence: reader.varint(),
    largestSequence: reader.varint(),
  };
}

function readKey(reader: ByteReader): InternalKey {
  const key = decodeInternalKey(reader.bytes());
  if (key === undefined) throw new MalformedBytesError("a version edit has a malformed key");
  return key;
}
