import type { DurableImage } from "./durable-image.ts";
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
  /** What becomes of it on its way to the disk, when that is not what it says. */
  readonly fate?: WriteFate | undefined;
}

/** A fault that a write has met: the system takes it for done. */
export interface WriteFate {
  /** Called in place of writing the entry to the disk. */
  befall(image: DurableImage, entry: DataEntry): void;
}

export const TRUNCATION = -1;

/** Does to a page of the disk what an entry did to the file. */
export function applyToPage(entry: DataEntry, page: number, content: Uint8Array): void {
  // One that a fault keeps from the disk does not get there in a crash either.
  if (entry.fate !== undefined) return;
  applyToRange(entry, content, 0, PAGE_BYTES, page * PAGE_BYTES);
}

/** Does to `length` bytes of a buffer, which stand for those of the file at `position`, what an entry did to the file. */
export function applyToRange(
  entry: DataEntry,
  buffer: Uint8Array,
  offset: number,
  length: number,
  position: number,
): void {
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
