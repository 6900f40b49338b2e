import type { ByteStore, StoredBytes } from "./byte-store.ts";
import { applyToRange, TRUNCATION, type DataEntry, type WriteFate } from "./data-entry.ts";
import { DurableImage } from "./durable-image.ts";
import { PAGE_BYTES } from "./page.ts";

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
  readonly durable: DurableImage;
  /** No entry touches a byte before this. */
  private touchedFrom = Infinity;
  private index: PageIndex | undefined;
  /** By page: entries before that position have been written to the disk ahead of direct transfers. */
  private flushed: Map<number, number> | undefined;

  constructor(store: ByteStore, bytes: StoredBytes) {
    this.durable = new DurableImage(store, bytes);
  }

  get durableSize(): number {
    return this.durable.size;
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

  /** Bytes of a range that were written through the page cache and are un-synced. */
  dirtyWithin(position: number, length: number): number {
    if (position + length <= this.touchedFrom) return 0;
    let total = 0;
    for (const entry of this.entries) {
      if (entry.length === TRUNCATION || entry.direct) continue;
      const end = Math.min(entry.position + entry.length, position + length);
      total += Math.max(0, end - Math.max(entry.position, position));
    }
    return total;
  }

  append(entry: DataEntry): void {
    // A log that is synced after each write holds one entry: an array made with it is a sixth of one that grew to it.
    if (this.entries.length === 0) this.entries = [entry];
    else this.entries.push(entry);
    if (entry.position < this.touchedFrom) this.touchedFrom = entry.position;
  }

  /** Fills a buffer from the live image; the range must lie within its size. */
  read(buffer: Uint8Array, offset: number, length: number, position: number): void {
    const { durable, entries } = this;
    const end = position + length;
    if (entries.length === 0 || (end <= this.touchedFrom && end <= durable.size)) {
      durable.read(buffer, offset, length, position, durable.size);
    } else if (entries.length <= SCANNED_ENTRIES) {
      durable.read(buffer, offset, length, position, durable.size);
      for (const entry of entries) applyToRange(entry, buffer, offset, length, position);
    } else {
      this.index ??= new PageIndex();
      this.index.extend(entries);
      durable.read(buffer, offset, length, position, Math.min(durable.size, this.index.cut));
      this.index.apply(buffer, offset, length, position);
    }
  }

  /** Fills a buffer past the page cache, from what has been written to the disk and what {@link flush} makes so. */
  readDirect(buffer: Uint8Array, offset: number, length: number, position: number): void {
    const { durable } = this;
    durable.readDevice(buffer, offset, length, position, durable.size);
    for (const entry of this.entries) {
      if (entry.fate === undefined) applyToRange(entry, buffer, offset, length, position);
    }
  }

  /** Writes the pages of a range to the disk, as a system does before a direct transfer. The size stays un-synced. */
  flush(position: number, length: number): void {
    if (this.entries.length === 0 || position + length <= this.touchedFrom) return;
    this.flushed ??= new Map();
    const last = Math.floor((position + length - 1) / PAGE_BYTES);
    for (let page = Math.floor(position / PAGE_BYTES); page <= last; page++) this.flushed.set(page, this.end);
  }

  /** Of the entries that touch a page, in places of {@link entries}, how many have reached the disk for sure. */
  floorOf(page: number, touching: readonly number[]): number {
    const flushed = (this.flushed?.get(page) ?? 0) - this.base;
    return touching.findLastIndex((at) => at < flushed || (this.entries[at] as DataEntry).direct) + 1;
  }

  /**
   * Makes the entries before a position durable.
   *
   * @returns the entries, whose slabs the caller releases
   */
  settle(position: number): readonly DataEntry[] {
    const settled = this.takeFirst(position - this.base);
    for (const entry of settled) this.durable.apply(entry);
    return settled;
  }

  /** Takes the entries before a position for durable, though each meets a fate instead. Returns them as {@link settle}. */
  misplace(position: number, fate: WriteFate): readonly DataEntry[] {
    const settled = this.takeFirst(position - this.base);
    for (const entry of settled) {
      if (entry.length === TRUNCATION || entry.fate !== undefined) this.durable.apply(entry);
      else fate.befall(this.durable, entry);
    }
    return settled;
  }

  /** A copy of a page of the durable image, zeros beyond its end. */
  durablePage(page: number): Uint8Array {
    return this.durable.page(page);
  }

  /** The page cache gives up all it can: pages with something un-synced in them it cannot. */
  evict(): void {
    if (this.entries.length === 0) this.durable.unmask(0, Infinity);
    else if (this.touchedFrom > 0) this.durable.unmask(0, Math.floor(this.touchedFrom / PAGE_BYTES) * PAGE_BYTES);
  }

  /** Takes over what another file's durable image lacks, whose durable bytes this one has a copy of. */
  copyFrom(other: UnsyncedData): void {
    this.entries = [...other.entries];
    for (const { slab } of this.entries) if (slab !== undefined) slab.users++;
    this.base = other.base;
    this.durable.copyFrom(other.durable);
    this.touchedFrom = other.touchedFrom;
    this.flushed = other.flushed === undefined ? undefined : new Map(other.flushed);
  }

  /** Gives up what is un-synced: the store holds `size` bytes, and they are all there is. Returns the entries given up. */
  reset(size: number): readonly DataEntry[] {
    const given = this.takeFirst(this.entries.length);
    this.durable.reset(size);
    return given;
  }

  private takeFirst(count: number): readonly DataEntry[] {
    const { entries } = this;
    if (count <= 0) return [];
    this.index = undefined;
    if (count >= entries.length) {
      this.base += entries.length;
      this.entries = [];
      this.touchedFrom = Infinity;
      this.flushed = undefined;
      return entries;
    }
    this.base += count;
    this.entries = entries.slice(count);
    return entries.slice(0, count);
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
