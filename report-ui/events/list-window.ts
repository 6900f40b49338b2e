/** Which rows of a long list are made, so that it scrolls as if all were there. */
export interface ListWindow {
  readonly first: number;
  /** Without this one. */
  readonly end: number;
}

/** Rows made beyond the edges, so that none is missing while one scrolls. */
const SPARE = 8;

export function windowOf(scrolled: number, height: number, row: number, count: number): ListWindow {
  const first = Math.max(0, Math.floor(scrolled / row) - SPARE);
  const end = Math.min(count, Math.ceil((scrolled + height) / row) + SPARE);
  return { first: Math.min(first, end), end };
}

/** Where to scroll to, so that a row is in sight: not at all when it is, no further than needed when it is near. */
export function scrolledTo(position: number, scrolled: number, height: number, row: number): number {
  const top = position * row;
  // From far away it is shown with what is around it.
  if (top < scrolled - height || top > scrolled + 2 * height) return Math.max(0, top - height / 2);
  if (top < scrolled) return top;
  if (top + row > scrolled + height) return top + row - height;
  return scrolled;
}
