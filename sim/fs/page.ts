/** Bytes in a page of the page cache: the unit in which data is cached and written back. */
export const PAGE_BYTES = 4096;

export function pagesOf(bytes: number): number {
  return Math.ceil(bytes / PAGE_BYTES);
}
