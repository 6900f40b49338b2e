/** A stretch of the timeline, in units of its scale. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

export function lengthOf({ from, to }: Range): number {
  return to - from;
}

/** The range of the same length, or of the least or greatest that there may be, that lies within the whole. */
export function fitInto(range: Range, whole: Range, least: number): Range {
  const length = Math.min(Math.max(lengthOf(range), Math.min(least, lengthOf(whole))), lengthOf(whole));
  const middle = (range.from + range.to) / 2;
  const from = Math.min(Math.max(middle - length / 2, whole.from), whole.to - length);
  return { from, to: from + length };
}

/** Shifted, as far as there is room. */
export function panned({ from, to }: Range, whole: Range, by: number): Range {
  const shift = Math.min(Math.max(by, whole.from - from), whole.to - to);
  return { from: from + shift, to: to + shift };
}

/** Made longer by a factor, or shorter by one below 1, around a place that stays where it is on the screen. */
export function zoomed(range: Range, whole: Range, least: number, factor: number, anchor: number): Range {
  const length = Math.min(Math.max(lengthOf(range) * factor, Math.min(least, lengthOf(whole))), lengthOf(whole));
  const share = (anchor - range.from) / lengthOf(range);
  const from = anchor - share * length;
  return fitInto({ from, to: from + length }, whole, least);
}

/** Moved as little as possible so that a place is inside, with a margin, given as a share of the length. */
export function including(range: Range, whole: Range, place: number, margin = 0.1): Range {
  const room = lengthOf(range) * margin;
  if (place < range.from + room) return panned(range, whole, place - room - range.from);
  if (place > range.to - room) return panned(range, whole, place + room - range.to);
  return range;
}
