/** Marks, or arrows, sorted by start, as a tree is made of them. */
export interface Intervals {
  readonly count: number;
  readonly start: ArrayLike<number>;
  readonly end: ArrayLike<number>;
  readonly weight: ArrayLike<number>;
}

/** Marks of one node of a level. A power of two, so that a place leads to its node by shifting. */
const FAN_BITS = 2;

/** One level: of every so many marks the first start, the last end and the greatest weight, and which mark has that. */
interface Level {
  readonly size: number;
  readonly first: Float64Array;
  readonly last: Float64Array;
  readonly worst: Uint8Array;
  readonly heaviest: Uint32Array;
  /** What a selection says of the marks, or-ed together. */
  readonly flags: Uint8Array;
}

/** What a walk finds: one mark, or several that are too close together to be told apart. */
export type Found = (
  first: number,
  last: number,
  count: number,
  /** The mark that matters most among them, or the only one. */
  mark: number,
  flags: number,
) => void;

/**
 * Levels of detail over marks that are sorted by start: a pyramid in which each node sums up a few of the level below. A walk
 * goes down only as far as a screen has pixels, and never into what lies outside the window, however long a mark is.
 */
export class MarkTree {
  readonly count: number;
  private readonly levels: readonly Level[];

  constructor(marks: Intervals) {
    this.count = marks.count;
    this.levels = marks.count === 0 ? [] : build(marks);
  }

  /**
   * Calls `found` for what overlaps [from, to], in order of start. Marks that together take no more than `coarse` are found
   * as one.
   *
   * @param only finds marks with any of these flags, and groups with such a mark; 0 for all
   */
  walk(from: number, to: number, coarse: number, found: Found, only = 0): void {
    const top = this.levels.length - 1;
    if (top < 0) return;
    const { size } = this.levels[top] as Level;
    for (let node = 0; node < size; node++) this.visit(top, node, from, to, coarse, found, only);
  }

  /**
   * How many marks overlap [from, to]; counting stops above `limit`.
   *
   * @param only counts marks with any of these flags; 0 for all
   */
  countIn(from: number, to: number, limit: number, only = 0): number {
    const top = this.levels.length - 1;
    let count = 0;
    const visit = (depth: number, node: number): void => {
      const level = this.levels[depth] as Level;
      if ((level.first[node] as number) > to || (level.last[node] as number) < from) return;
      if (only !== 0 && ((level.flags[node] as number) & only) === 0) return;
      if (depth === 0) {
        count++;
        return;
      }
      const end = Math.min((node + 1) << FAN_BITS, (this.levels[depth - 1] as Level).size);
      for (let child = node << FAN_BITS; child < end && count <= limit; child++) visit(depth - 1, child);
    };
    for (let node = 0; top >= 0 && node < (this.levels[top] as Level).size; node++) visit(top, node);
    return count;
  }

  /** Sets what each mark is flagged with, from now on. */
  flag(flags: (mark: number) => number): void {
    const [leaves] = this.levels;
    if (leaves === undefined) return;
    for (let mark = 0; mark < leaves.size; mark++) leaves.flags[mark] = flags(mark);
    for (let depth = 1; depth < this.levels.length; depth++) {
      const below = this.levels[depth - 1] as Level;
      const level = this.levels[depth] as Level;
      level.flags.fill(0);
      for (let node = 0; node < below.size; node++) {
        level.flags[node >> FAN_BITS] = (level.flags[node >> FAN_BITS] as number) | (below.flags[node] as number);
      }
    }
  }

  private visit(
    depth: number,
    node: number,
    from: number,
    to: number,
    coarse: number,
    found: Found,
    only: number,
  ): void {
    const level = this.levels[depth] as Level;
    const first = level.first[node] as number;
    const last = level.last[node] as number;
    if (first > to || last < from) return;
    if (only !== 0 && ((level.flags[node] as number) & only) === 0) return;
    if (depth === 0) {
      found(first, last, 1, node, level.flags[node] as number);
      return;
    }
    if (last - first <= coarse) {
      const span = 1 << (FAN_BITS * depth);
      const count = Math.min(span, this.count - node * span);
      found(first, last, count, level.heaviest[node] as number, level.flags[node] as number);
      return;
    }
    const below = this.levels[depth - 1] as Level;
    const end = Math.min((node + 1) << FAN_BITS, below.size);
    for (let child = node << FAN_BITS; child < end; child++)
      this.visit(depth - 1, child, from, to, coarse, found, only);
  }
}

function build({ count, start, end, weight }: Intervals): Level[] {
  const levels: Level[] = [
    {
      size: count,
      first: Float64Array.from(start),
      last: Float64Array.from(end),
      worst: Uint8Array.from(weight),
      heaviest: Uint32Array.from({ length: count }, (_none, mark) => mark),
      flags: new Uint8Array(count),
    },
  ];
  for (let below = levels[0] as Level; below.size > 1; below = levels.at(-1) as Level) levels.push(above(below));
  return levels;
}

function above(below: Level): Level {
  const size = (below.size + (1 << FAN_BITS) - 1) >> FAN_BITS;
  const level: Level = {
    size,
    first: new Float64Array(size),
    last: new Float64Array(size),
    worst: new Uint8Array(size),
    heaviest: new Uint32Array(size),
    flags: new Uint8Array(size),
  };
  for (let child = 0; child < below.size; child++) {
    const node = child >> FAN_BITS;
    const worst = below.worst[child] as number;
    if ((child & ((1 << FAN_BITS) - 1)) === 0) {
      level.first[node] = below.first[child] as number;
      level.last[node] = below.last[child] as number;
    } else {
      level.last[node] = Math.max(level.last[node] as number, below.last[child] as number);
      if (worst <= (level.worst[node] as number)) continue;
    }
    level.worst[node] = worst;
    level.heaviest[node] = below.heaviest[child] as number;
  }
  return level;
}
