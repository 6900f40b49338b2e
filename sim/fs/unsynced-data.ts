import type { ByteStore, StoredBytes } from "./byte-store.ts";
import { PAGE_BYTES } from "./page.ts";
import type { Slab } from "./slab.ts";

/** A write or truncation that is in the live image and not known to be durable. */
export interface DataEntry {
  /** First byte written; for a truncation, the new length. */
  readonly position: number;
  /** Bytes written; -1 for a truncation. */
  readonly length: number;
  /** Where the bytes are; undefined for a truncation. */
  readonly slab: Slab | undefined;
  readonly start: number;
  /** The file's size afterwards. */
  readonly sizeAfter: number;
  /** The data went to the device past the page cache: only metadata is still to be synced. */
  readonly direct: boolean;
}

export const TRUNCATION = -1;

/** So many entries are gone through for each read; more get an index by page. */
const SCANNED_ENTRIES = 16;

/**
 * What a file's durable image lacks of its live one, as an ordered log. The store holds the durable image; the live one is
 * that with the log's entries done to it, which reads work out as far as they reach. So a write costs one copy of its
 * bytes, a sync moves them once, and a crash finds the durable image as it is.
 */
export class UnsyncedData {
  /** Oldest first. */
  entries: DataEntry[] = [];
  /** Position of the first entry: positions count all entries there ever were, so that a sync can name where it began. */
  base = 0;
  durableSize = 0;
  /** No entry touches a byte before this. */
  private touchedFrom = Infinity;
  private index: PageIndex | undefined;
  private readonly store: ByteStore;
  private readonly bytes: StoredBytes;

  constructor(store: ByteStore, bytes: StoredBytes) {
    this.store = store;
    this.bytes = bytes;
  }

  /** The position that the next entry will have. */
  get end(): number {
    return this.base + this.entries.length;
  }

  /** Bytes that syncing everything would write. */
  get dirtyBytes(): number {
    let total = 0;
    for (const entry of this.entries) if (entry.length > 0 && !entry.direct) total += entry.length;
    return total;
  }

  append(entry: DataEntry): void {
    this.entries.push(entry);
    if (entry.position < this.touchedFrom) this.touchedFrom = entry.position;
  }

  /** Fills a buffer from the live image; the range must lie within its size. */
  read(buffer: Uint8Array, offset: number, length: number, position: number): void {
    const { entries } = this;
    const end = position + length;
    if (entries.length === 0 || (end <= this.touchedFrom && end <= this.durableSize)) {
      this.store.read(this.bytes, buffer, offset, length, position);
    } else if (entries.length <= SCANNED_ENTRIES) {
      this.readDurable(buffer, offset, length, position, this.durableSize);
      for (const entry of entries) applyToRange(entry, buffer, offset, length, position);
    } else {
      this.index ??= new PageIndex();
      this.index.extend(entries);
      this.readDurable(buffer, offset, length, position, Math.min(this.durableSize, this.index.cut));
      this.index.apply(buffer, offset, length, position);
    }
  }

  /**
   * Makes the entries before a position durable.
   *
   * @returns the entries, whose slabs the caller releases
   */
  settle(position: number): readonly DataEntry[] {
    const count = Math.min(position - this.base, this.entries.length);
    if (count <= 0) return [];
    const settled = this.takeFirst(count);
    for (const entry of settled) this.applyDurably(entry);
    return settled;
  }

  /** A copy of a page of the durable image, zeros beyond its end. */
  durablePage(page: number): Uint8Array {
    const content = new Uint8Array(PAGE_BYTES);
    const from = page * PAGE_BYTES;
    if (from < this.durableSize) this.store.read(this.bytes, content, 0, PAGE_BYTES, from);
    return content;
  }

  /** Takes over what another file's durable image lacks, whose durable bytes this one has a copy of. */
  copyFrom(other: UnsyncedData): void {
    this.entries = [...other.entries];
    for (const { slab } of this.entries) if (slab !== undefined) slab.users++;
    this.base = other.base;
    this.durableSize = other.durableSize;
    this.touchedFrom = other.touchedFrom;
  }

  /** Gives up what is un-synced: the store holds `size` bytes, and they are all there is. Returns the entries given up. */
  reset(size: number): readonly DataEntry[] {
    const given = this.takeFirst(this.entries.length);
    this.durableSize = size;
    return given;
  }

  private takeFirst(count: number): readonly DataEntry[] {
    const { entries } = this;
    this.index = undefined;
    this.base += count;
    if (count === entries.length) {
      this.entries = [];
      this.touchedFrom = Infinity;
      return entries;
    }
    this.entries = entries.slice(count);
    return entries.slice(0, count);
  }

  private applyDurably(entry: DataEntry): void {
    const { position, length, slab, start } = entry;
    if (slab === undefined) this.store.truncate(this.bytes, position);
    else this.store.write(this.bytes, slab.bytes, start, length, position);
    this.durableSize = entry.sizeAfter;
  }

  /** Durable bytes up to `end`, zeros from there on. */
  private readDurable(buffer: Uint8Array, offset: number, length: number, position: number, end: number): void {
    const durable = Math.max(0, Math.min(length, end - position));
    if (durable > 0) this.store.read(this.bytes, buffer, offset, durable, position);
    if (durable < length) buffer.fill(0, offset + durable, offset + length);
  }
}

/** The entries of a log by the pages that they touch: what reads of a long log go through. */
class PageIndex {
  private readonly pages = new Map<number, DataEntry[]>();
  private indexed = 0;
  /** Durable bytes from here on have been cut off. */
  cut = Infinity;

  extend(entries: readonly DataEntry[]): void {
    for (; this.indexed < entries.length; this.indexed++) this.add(entries[this.indexed] as DataEntry);
  }

  apply(buffer: Uint8Array, offset: number, length: number, position: number): void {
    const last = Math.floor((position + length - 1) / PAGE_BYTES);
    for (let page = Math.floor(position / PAGE_BYTES); page <= last; page++) {
      const touching = this.pages.get(page);
      if (touching === undefined) continue;
      const from = Math.max(position, page * PAGE_BYTES);
      const to = Math.min(position + length, (page + 1) * PAGE_BYTES);
      for (const entry of touching) applyToRange(entry, buffer, offset + from - position, to - from, from);
    }
  }

  private add(entry: DataEntry): void {
    const first = Math.floor(entry.position / PAGE_BYTES);
    if (entry.length !== TRUNCATION) {
      const last = Math.floor((entry.position + entry.length - 1) / PAGE_BYTES);
      for (let page = first; page <= last; page++) {
        const touching = this.pages.get(page);
        if (touching === undefined) this.pages.set(page, [entry]);
        else touching.push(entry);
      }
      return;
    }
    this.cut = Math.min(this.cut, entry.position);
    for (const page of [...this.pages.keys()]) if (page > first) this.pages.delete(page);
    this.pages.get(first)?.push(entry);
  }
}

/** Does to a page what an entry did to the file. */
export function applyToPage(entry: DataEntry, page: number, content: Uint8Array): void {
  applyToRange(entry, content, 0, PAGE_BYTES, page * PAGE_BYTES);
}

/** Does to `length` bytes of a buffer, which stand for those of the file at `position`, what an entry did to the file. */
function applyToRange(entry: DataEntry, buffer: Uint8Array, offset: number, length: number, position: number): void {
  const { slab } = entry;
  if (slab === undefined) {
    const from = Math.max(0, entry.position - position);
    if (from < length) buffer.fill(0, offset + from, offset + length);
    return;
  }
  const start = Math.max(entry.position, position);
  const end = Math.min(entry.position + entry.length, position + length);
  if (start >= end) return;
  const at = entry.start + start - entry.position;
  buffer.set(slab.bytes.subarray(at, at + end - start), offset + start - position);
}
