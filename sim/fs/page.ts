import { allocate } from "./native-buffer.ts";

/** Bytes in a page of the page cache: the unit in which data is cached and written back. */
export const PAGE_BYTES = 4096;

export function pagesOf(bytes: number): number {
  return Math.ceil(bytes / PAGE_BYTES);
}

const KEPT_FREE = 1_024;

/** Pages to put content aside in, used over and over: to allocate one costs more than to fill it. */
export class PagePool {
  private readonly free: Uint8Array[] = [];

  /** A page with anything in it. */
  take(): Uint8Array {
    return this.free.pop() ?? allocate(PAGE_BYTES);
  }

  give(page: Uint8Array): void {
    if (this.free.length < KEPT_FREE) this.free.push(page);
  }
}
