import type { ByteStore, StoredBytes } from "./byte-store.ts";
import { PAGE_BYTES } from "./page.ts";
import { applyToRange, type DataEntry } from "./data-entry.ts";

/** Bytes on the disk that are not what was written there. */
export interface Damage {
  /**
   * - `bit-rot`: a bit has flipped.
   * - `lost-write`, `misdirected-write`: what was written did not get here.
   * - `overwritten`: what was meant for another place landed here.
   */
  readonly kind: "bit-rot" | "lost-write" | "misdirected-write" | "overwritten";
  readonly inode: number;
  /** First byte of the file that is damaged. */
  readonly position: number;
  /** What ought to be there. */
  readonly pristine: Uint8Array;
  /** The kernel event in which it came about. */
  readonly event: number;
}

/**
 * A file's content as the disk holds it, and what a device's faults have done to it: the damage, with what ought to be
 * there, and the pages whose true content memory still shows, since it was read or written before the damage was done.
 */
export class DurableImage {
  size = 0;
  private readonly store: ByteStore;
  private readonly bytes: StoredBytes;
  /** Pages in memory that differ from those on the disk, though nothing is known to be un-synced. */
  private masks: Map<number, Uint8Array> | undefined;
  private damages: Damage[] | undefined;

  constructor(store: ByteStore, bytes: StoredBytes) {
    this.store = store;
    this.bytes = bytes;
  }

  /** Damage that is still there, the oldest first. */
  get damage(): readonly Damage[] {
    return this.damages ?? [];
  }

  get damaged(): boolean {
    return this.damages !== undefined;
  }

  /** What memory shows of the first `end` bytes, zeros from there on. */
  read(buffer: Uint8Array, offset: number, length: number, position: number, end: number): void {
    this.readDevice(buffer, offset, length, position, end);
    if (this.masks === undefined) return;
    const last = Math.floor((position + length - 1) / PAGE_BYTES);
    for (let page = Math.floor(position / PAGE_BYTES); page <= last; page++) {
      const mask = this.masks.get(page);
      if (mask === undefined) continue;
      const from = Math.max(position, page * PAGE_BYTES);
      const to = Math.min(position + length, (page + 1) * PAGE_BYTES, end);
      if (from >= to) continue;
      const at = from - page * PAGE_BYTES;
      buffer.set(mask.subarray(at, at + to - from), offset + from - position);
    }
  }

  /** What the disk holds of the first `end` bytes, zeros from there on. */
  readDevice(buffer: Uint8Array, offset: number, length: number, position: number, end: number): void {
    const durable = Math.max(0, Math.min(length, end - position, this.size - position));
    if (durable > 0) this.store.read(this.bytes, buffer, offset, durable, position);
    if (durable < length) buffer.fill(0, offset + durable, offset + length);
  }

  /** A copy of a page as the disk holds it, zeros beyond its end. */
  page(page: number): Uint8Array {
    const content = new Uint8Array(PAGE_BYTES);
    this.readDevice(content, 0, PAGE_BYTES, page * PAGE_BYTES, this.size);
    return content;
  }

  /** Does to the disk what a log entry did to the file. */
  apply(entry: DataEntry): void {
    const { position, length, slab, start, fate } = entry;
    if (fate !== undefined) {
      fate.befall(this, entry);
      return;
    }
    if (this.damages !== undefined || this.masks !== undefined) this.rewritten(entry);
    if (slab === undefined) this.store.truncate(this.bytes, position);
    else this.store.write(this.bytes, slab.bytes, start, length, position);
    this.size = entry.sizeAfter;
  }

  /** Lets the disk miss a write that the system takes for done. */
  lose(entry: DataEntry, kind: "lost-write" | "misdirected-write", inode: number, event: number): void {
    const { position, length, slab, start } = entry;
    if (slab === undefined) {
      this.apply({ ...entry, fate: undefined });
      return;
    }
    if (entry.direct) this.unmask(position, length);
    else this.mask(position, length, entry);
    // Metadata is written elsewhere: the file has its length, and a hole where the data should be.
    if (entry.sizeAfter > this.size) this.store.truncate(this.bytes, entry.sizeAfter);
    this.size = entry.sizeAfter;
    this.heal(position, length);
    this.note({ kind, inode, position, pristine: new Uint8Array(slab.bytes.subarray(start, start + length)), event });
  }

  /**
   * Writes over what the disk holds, behind the system's back.
   *
   * @param cached whether memory holds the page that a byte is in: it goes on showing what was there
   */
  overwrite(
    content: Uint8Array,
    position: number,
    inode: number,
    event: number,
    cached: (page: number) => boolean,
  ): void {
    const pristine = new Uint8Array(content.length);
    this.readDevice(pristine, 0, pristine.length, position, this.size);
    const last = Math.floor((position + content.length - 1) / PAGE_BYTES);
    for (let page = Math.floor(position / PAGE_BYTES); page <= last; page++) {
      if (cached(page) && this.masks?.has(page) !== true) this.setMask(page, this.page(page));
    }
    this.store.write(this.bytes, content, 0, content.length, position);
    this.heal(position, content.length);
    this.note({ kind: "overwritten", inode, position, pristine, event });
  }

  /** Flips a bit of a byte within the size; memory that held the byte is read again. */
  rot(position: number, bit: number, inode: number, event: number): Damage {
    const byte = new Uint8Array(1);
    this.readDevice(byte, 0, 1, position, this.size);
    const known = this.damages?.find((each) => covers(each, position));
    const [found = 0] = byte;
    const pristine = known?.pristine[position - known.position] ?? found;
    byte[0] = found ^ (1 << bit);
    this.store.write(this.bytes, byte, 0, 1, position);
    this.unmask(position, 1);
    this.heal(position, 1);
    const damage: Damage = { kind: "bit-rot", inode, position, pristine: Uint8Array.of(pristine), event };
    this.note(damage);
    return damage;
  }

  /** Puts back what ought to be there. @returns whether the damage was still there */
  repair(damage: Damage): boolean {
    if (this.damages?.includes(damage) !== true) return false;
    const length = Math.min(damage.pristine.length, this.size - damage.position);
    if (length > 0) this.store.write(this.bytes, damage.pristine, 0, length, damage.position);
    this.damages = withoutEmpty(this.damages.filter((each) => each !== damage));
    return true;
  }

  /** Damage that a range of file content, as somebody has read it, shows. */
  shownBy(buffer: Uint8Array, offset: number, length: number, position: number): Damage | undefined {
    return this.damages?.find(({ position: from, pristine }) => {
      const start = Math.max(from, position);
      const end = Math.min(from + pristine.length, position + length);
      for (let at = start; at < end; at++) {
        if (buffer[offset + at - position] !== pristine[at - from]) return true;
      }
      return false;
    });
  }

  /** Memory no longer holds a range. */
  unmask(position: number, length: number): void {
    if (this.masks === undefined) return;
    const last = Math.floor((position + length - 1) / PAGE_BYTES);
    for (const page of [...this.masks.keys()]) {
      if (page >= Math.floor(position / PAGE_BYTES) && page <= last) this.masks.delete(page);
    }
    if (this.masks.size === 0) this.masks = undefined;
  }

  /** A range is as it should be: it was written anew, or cut off. */
  heal(position: number, length: number): void {
    if (this.damages === undefined) return;
    this.damages = withoutEmpty(this.damages.flatMap((damage) => outside(damage, position, position + length)));
  }

  /** After a crash: the store has `size` bytes, and memory nothing. */
  reset(size: number): void {
    this.size = size;
    this.masks = undefined;
    this.heal(size, Infinity);
  }

  /** Takes over what is known of an image whose bytes this one has a copy of. */
  copyFrom(other: DurableImage): void {
    this.size = other.size;
    // Pages and records are never changed once they are made: both may have them.
    this.masks = other.masks === undefined ? undefined : new Map(other.masks);
    this.damages = other.damages;
  }

  /** An entry is about to be written over what may be damaged. */
  private rewritten(entry: DataEntry): void {
    const { position, length, slab } = entry;
    if (slab === undefined) {
      this.cutMasks(position);
      this.heal(position, Infinity);
      return;
    }
    if (!entry.direct) this.writeMaskedPages(position, length);
    this.unmask(position, length);
    this.heal(position, length);
  }

  private cutMasks(position: number): void {
    const boundary = Math.floor(position / PAGE_BYTES);
    this.unmask((boundary + 1) * PAGE_BYTES, Infinity);
    const mask = this.masks?.get(boundary);
    if (mask !== undefined) this.setMask(boundary, mask.slice().fill(0, position - boundary * PAGE_BYTES));
  }

  /** Memory is written back in whole pages: what a page of it masked is put right. */
  private writeMaskedPages(position: number, length: number): void {
    const last = Math.floor((position + length - 1) / PAGE_BYTES);
    for (const [page, content] of this.masks ?? []) {
      if (page < Math.floor(position / PAGE_BYTES) || page > last) continue;
      const from = page * PAGE_BYTES;
      const count = Math.min(PAGE_BYTES, this.size - from);
      if (count > 0) this.store.write(this.bytes, content, 0, count, from);
      this.heal(from, PAGE_BYTES);
    }
  }

  /** Keeps what memory shows of a range with an entry done to it. */
  private mask(position: number, length: number, entry: DataEntry): void {
    const last = Math.floor((position + length - 1) / PAGE_BYTES);
    for (let page = Math.floor(position / PAGE_BYTES); page <= last; page++) {
      const content = new Uint8Array(PAGE_BYTES);
      this.read(content, 0, PAGE_BYTES, page * PAGE_BYTES, this.size);
      applyToRange(entry, content, 0, PAGE_BYTES, page * PAGE_BYTES);
      this.setMask(page, content);
    }
  }

  private setMask(page: number, content: Uint8Array): void {
    this.masks ??= new Map();
    this.masks.set(page, content);
  }

  private note(damage: Damage): void {
    this.damages = [...(this.damages ?? []), damage];
  }
}

function withoutEmpty(damages: Damage[]): Damage[] | undefined {
  return damages.length === 0 ? undefined : damages;
}

function covers({ position, pristine }: Damage, at: number): boolean {
  return at >= position && at < position + pristine.length;
}

/** What of a damage lies outside a range: the same, nothing, or up to two pieces. */
function outside(damage: Damage, from: number, to: number): Damage[] {
  const { position, pristine } = damage;
  const end = position + pristine.length;
  if (from >= end || to <= position) return [damage];
  const pieces: Damage[] = [];
  if (position < from) pieces.push({ ...damage, pristine: pristine.slice(0, from - position) });
  if (end > to) pieces.push({ ...damage, position: to, pristine: pristine.slice(to - position) });
  return pieces;
}
