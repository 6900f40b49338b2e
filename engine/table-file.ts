import { compareBytes } from "./bytes.ts";
import { tableName } from "./file-names.ts";
import { type InternalKey, isBoundBefore } from "./internal-key.ts";

/** What is known of a table without reading it. */
export interface TableProperties {
  readonly number: number;
  /** Bytes of the file. */
  readonly size: number;
  /** Entries of single keys, deletions included. */
  readonly entries: number;
  readonly deletions: number;
  readonly rangeDeletions: number;
  /** The range of keys includes those of the range deletes. */
  readonly smallest: InternalKey;
  /** Where a range delete reaches furthest, the bound before its end: see boundBefore. */
  readonly largest: InternalKey;
  readonly smallestSequence: number;
  readonly largestSequence: number;
}

/** A table that versions refer to. */
export class TableFile implements TableProperties {
  readonly number: number;
  readonly size: number;
  readonly entries: number;
  readonly deletions: number;
  readonly rangeDeletions: number;
  readonly smallest: InternalKey;
  readonly largest: InternalKey;
  readonly smallestSequence: number;
  readonly largestSequence: number;
  /** Versions in use that name this table. */
  references = 0;

  constructor(properties: TableProperties) {
    this.number = properties.number;
    this.size = properties.size;
    this.entries = properties.entries;
    this.deletions = properties.deletions;
    this.rangeDeletions = properties.rangeDeletions;
    this.smallest = properties.smallest;
    this.largest = properties.largest;
    this.smallestSequence = properties.smallestSequence;
    this.largestSequence = properties.largestSequence;
  }

  /** The file's name within the database's directory. */
  get name(): string {
    return tableName(this.number);
  }

  /** Whether the table's range of user keys contains `key`. */
  mayContain(key: Uint8Array): boolean {
    return compareBytes(key, this.smallest.userKey) >= 0 && !this.endsBefore(key);
  }

  /** Whether all of the table's user keys come before `key`. */
  endsBefore(key: Uint8Array): boolean {
    const order = compareBytes(this.largest.userKey, key);
    return order < 0 || (order === 0 && isBoundBefore(this.largest));
  }

  /** Whether the table's range of user keys meets [from, to]; an end that is undefined is open. */
  overlaps(from: Uint8Array | undefined, to: Uint8Array | undefined): boolean {
    if (from !== undefined && this.endsBefore(from)) return false;
    return to === undefined || compareBytes(this.smallest.userKey, to) <= 0;
  }
}

/** The numbers of tables, in order, as one field of a trace event: "4,5,6". */
export function joinNumbers(files: readonly { readonly number: number }[]): string {
  return files
    .map((file) => file.number)
    .sort((a, b) => a - b)
    .join(",");
}

export function totalSize(files: readonly { readonly size: number }[]): number {
  let total = 0;
  for (const file of files) total += file.size;
  return total;
}
