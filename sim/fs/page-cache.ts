import type { FileInode } from "./inode.ts";
import { PAGE_BYTES } from "./page.ts";

/**
 * Which pages of which files are in a machine's memory: decides whether a read costs a device operation, never what it
 * returns. When it is full the file that came first goes, as a whole.
 */
export class PageCache {
  private readonly capacity: number;
  private readonly files = new Set<FileInode>();
  private used = 0;

  /** @param bytes of memory for it */
  constructor(bytes: number) {
    this.capacity = Math.max(1, Math.floor(bytes / PAGE_BYTES));
  }

  /** Brings a range into memory and returns how many bytes of it were not there yet. */
  load(file: FileInode, position: number, length: number): number {
    if (length <= 0) return 0;
    const first = Math.floor(position / PAGE_BYTES);
    const last = Math.floor((position + length - 1) / PAGE_BYTES);
    let resident = file.resident;
    if (resident === undefined || last >= resident.length) resident = this.grow(file, last);
    let missing = 0;
    for (let page = first; page <= last; page++) {
      if (resident[page] === 1) continue;
      resident[page] = 1;
      missing++;
    }
    if (missing > 0) {
      file.residentPages += missing;
      this.used += missing;
      if (this.used > this.capacity) this.evict(file);
    }
    return missing * PAGE_BYTES;
  }

  /** Whether a page is in memory. */
  holds(file: FileInode, page: number): boolean {
    return file.resident?.[page] === 1;
  }

  /** Gives up the pages of a range. */
  discard(file: FileInode, position: number, length: number): void {
    const { resident } = file;
    if (resident === undefined) return;
    const last = Math.min(resident.length - 1, Math.floor((position + length - 1) / PAGE_BYTES));
    for (let page = Math.floor(position / PAGE_BYTES); page <= last; page++) {
      if (resident[page] !== 1) continue;
      resident[page] = 0;
      file.residentPages--;
      this.used--;
    }
  }

  /** Gives up a file's pages: what they hid of the disk shows from here on. */
  drop(file: FileInode): void {
    file.unsynced.evict();
    if (!this.files.delete(file)) return;
    this.used -= file.residentPages;
    file.residentPages = 0;
    file.resident = undefined;
  }

  /** Memory is gone with its power. */
  clear(): void {
    for (const file of [...this.files]) this.drop(file);
  }

  private grow(file: FileInode, last: number): Uint8Array {
    const grown = new Uint8Array(Math.max(16, last + 1, (file.resident?.length ?? 0) * 2));
    if (file.resident !== undefined) grown.set(file.resident);
    file.resident = grown;
    this.files.add(file);
    return grown;
  }

  private evict(wanted: FileInode): void {
    for (const file of [...this.files]) {
      if (this.used <= this.capacity) return;
      if (file !== wanted) this.drop(file);
    }
  }
}
