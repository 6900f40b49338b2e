import type { ByteStore, StoredBytes } from "./byte-store.ts";
import { PAGE_BYTES, type PagePool } from "./page.ts";
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

/**
 * What a file's durable image lacks of its live one, as an ordered log, together with what the live image has lost of the
 * durable one: pages are put aside before un-synced writes go over durable bytes. So the durable image costs nothing
 * while files are appended to and synced, and a sync moves no bytes.
 *
 * The durable image is: {@link durableSize} bytes, each page from {@link overlay} or else from the live image.
 */
export class UnsyncedData {
  /** Oldest first. */
  entries: DataEntry[] = [];
  /** Position of the first entry: positions count all entries there ever were, so that a sync can name where it began. */
  base = 0;
  durableSize = 0;
  /** Durable content of pages that un-synced entries have touched below {@link durableSize}. */
  private overlay: Map<number, Uint8Array> | undefined;
  private readonly store: ByteStore;
  private readonly bytes: StoredBytes;
  private readonly pages: PagePool;

  constructor(store: ByteStore, bytes: StoredBytes, pages: PagePool) {
    this.store = store;
    this.pages = pages;
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

  /** Puts durable pages aside that a change to the live image from `position` on, `length` bytes long, will touch. */
  preserve(position: number, length: number): void {
    if (position >= this.durableSize || length === 0) return;
    const last = Math.floor((Math.min(position + length, this.durableSize) - 1) / PAGE_BYTES);
    for (let page = Math.floor(position / PAGE_BYTES); page <= last; page++) {
      if (this.overlay?.has(page) === true) continue;
      const content = this.pages.take();
      const from = page * PAGE_BYTES;
      const durable = Math.min(PAGE_BYTES, this.durableSize - from);
      this.store.read(this.bytes, content, 0, durable, from);
      if (durable < PAGE_BYTES) content.fill(0, durable);
      this.overlay ??= new Map();
      this.overlay.set(page, content);
    }
  }

  append(entry: DataEntry): void {
    this.entries.push(entry);
  }

  /**
   * Makes the entries before a position durable.
   *
   * @returns the entries, whose slabs the caller releases
   */
  settle(position: number, liveSize: number): readonly DataEntry[] {
    const count = Math.min(position - this.base, this.entries.length);
    if (count <= 0) return [];
    if (count === this.entries.length) {
      const settled = this.entries;
      this.entries = [];
      this.base += count;
      this.durableSize = liveSize;
      this.setOverlay(undefined);
      return settled;
    }
    return this.settlePrefix(count);
  }

  private settlePrefix(count: number): readonly DataEntry[] {
    const settled = this.entries.slice(0, count);
    const remaining = this.entries.slice(count);
    const sizeAfter = (settled[count - 1] as DataEntry).sizeAfter;
    // Pages that later entries touch: for those alone the live image is not the new durable one.
    const contested = new Set<number>();
    for (const entry of remaining) {
      if (entry.position >= sizeAfter) continue;
      const end = entry.length === TRUNCATION ? sizeAfter : Math.min(entry.position + entry.length, sizeAfter);
      const last = Math.floor((end - 1) / PAGE_BYTES);
      for (let page = Math.floor(entry.position / PAGE_BYTES); page <= last; page++) contested.add(page);
    }
    let overlay: Map<number, Uint8Array> | undefined;
    for (const page of contested) {
      const content = this.durablePage(page);
      for (const entry of settled) applyToPage(entry, page, content);
      content.fill(0, Math.max(0, Math.min(PAGE_BYTES, sizeAfter - page * PAGE_BYTES)));
      overlay ??= new Map();
      overlay.set(page, content);
    }
    this.setOverlay(overlay);
    this.entries = remaining;
    this.base += count;
    this.durableSize = sizeAfter;
    return settled;
  }

  private setOverlay(overlay: Map<number, Uint8Array> | undefined): void {
    if (this.overlay !== undefined) for (const page of this.overlay.values()) this.pages.give(page);
    this.overlay = overlay;
  }

  /** A copy of a page of the durable image, zeros beyond its end. */
  durablePage(page: number): Uint8Array {
    const content = new Uint8Array(PAGE_BYTES);
    const aside = this.overlay?.get(page);
    const from = page * PAGE_BYTES;
    if (aside !== undefined) content.set(aside);
    else if (from < this.durableSize) {
      this.store.read(this.bytes, content, 0, Math.min(PAGE_BYTES, this.durableSize - from), from);
    }
    return content;
  }

  /** Pages that hold durable content aside. */
  preservedPages(): number[] {
    return this.overlay === undefined ? [] : [...this.overlay.keys()];
  }

  /** Takes over what another file's durable image lacks, whose live bytes this one has a copy of. */
  copyFrom(other: UnsyncedData): void {
    this.entries = [...other.entries];
    for (const { slab } of this.entries) if (slab !== undefined) slab.users++;
    this.base = other.base;
    this.durableSize = other.durableSize;
    if (other.overlay === undefined) return;
    this.overlay = new Map();
    for (const [page, content] of other.overlay) {
      const aside = this.pages.take();
      aside.set(content);
      this.overlay.set(page, aside);
    }
  }

  /** After a crash: the live image is the durable one, and nothing is un-synced. Returns the entries given up. */
  reset(size: number): readonly DataEntry[] {
    const { entries } = this;
    this.base += entries.length;
    this.entries = [];
    this.setOverlay(undefined);
    this.durableSize = size;
    return entries;
  }
}

/** Does to a page what an entry did to the file. */
export function applyToPage(entry: DataEntry, page: number, content: Uint8Array): void {
  const from = page * PAGE_BYTES;
  if (entry.length === TRUNCATION) {
    if (entry.position < from + PAGE_BYTES) content.fill(0, Math.max(0, entry.position - from));
    return;
  }
  const start = Math.max(entry.position, from);
  const end = Math.min(entry.position + entry.length, from + PAGE_BYTES);
  if (start >= end || entry.slab === undefined) return;
  const at = entry.start + start - entry.position;
  content.set(entry.slab.bytes.subarray(at, at + end - start), start - from);
}
