import { compareBytes, compareRanges } from "./bytes.ts";

/** A range delete: hides every entry with a key in [from, to) and a lower sequence number. */
export interface RangeTombstone {
  readonly from: Uint8Array;
  /** Not in the range itself. */
  readonly to: Uint8Array;
  readonly sequence: number;
}

/**
 * Range deletes, cut into fragments at every key where one begins or ends, so that what covers a key is found by one
 * binary search (Pebble, rangedel.Fragmenter). Never changes.
 */
export class RangeTombstones {
  static readonly NONE: RangeTombstones = new RangeTombstones([]);

  /** Fragment i reaches from `starts[i]` to before `ends[i]`; its sequence numbers are the highest first. */
  private readonly starts: Uint8Array[] = [];
  private readonly ends: Uint8Array[] = [];
  private readonly sequences: (readonly number[])[] = [];

  /** @param tombstones in any order; ranges without keys are left out */
  constructor(tombstones: readonly RangeTombstone[]) {
    const sorted = tombstones
      .filter(({ from, to }) => compareBytes(from, to) < 0)
      .sort((a, b) => compareBytes(a.from, b.from));
    const boundaries = sorted.flatMap(({ from, to }) => [from, to]).sort(compareBytes);
    let active: RangeTombstone[] = [];
    let next = 0;
    for (let i = 0; i + 1 < boundaries.length; i++) {
      const start = boundaries[i] as Uint8Array;
      const end = boundaries[i + 1] as Uint8Array;
      if (compareBytes(start, end) === 0) continue;
      active = active.filter(({ to }) => compareBytes(to, start) > 0);
      for (; next < sorted.length && compareBytes((sorted[next] as RangeTombstone).from, start) <= 0; next++) {
        active.push(sorted[next] as RangeTombstone);
      }
      if (active.length === 0) continue;
      this.starts.push(start);
      this.ends.push(end);
      this.sequences.push(active.map(({ sequence }) => sequence).sort((a, b) => b - a));
    }
  }

  get empty(): boolean {
    return this.starts.length === 0;
  }

  /**
   * The highest sequence number up to `limit` of a range that has the key `data[start, end)`; 0 when there is none:
   * entries of the key below it are deleted for whoever reads as of `limit`.
   */
  cover(data: Uint8Array, start: number, end: number, limit: number): number {
    const { starts } = this;
    let low = 0;
    let high = starts.length;
    // The first fragment that begins behind the key.
    while (low < high) {
      const middle = (low + high) >>> 1;
      const from = starts[middle] as Uint8Array;
      if (compareRanges(from, 0, from.length, data, start, end) <= 0) low = middle + 1;
      else high = middle;
    }
    if (low === 0) return 0;
    const to = this.ends[low - 1] as Uint8Array;
    if (compareRanges(to, 0, to.length, data, start, end) <= 0) return 0;
    for (const sequence of this.sequences[low - 1] as readonly number[]) if (sequence <= limit) return sequence;
    return 0;
  }

  /**
   * The ranges again, cut to [from, to), as few as possible, in the order of their beginnings; an end that is undefined
   * is open.
   */
  within(from?: Uint8Array, to?: Uint8Array): RangeTombstone[] {
    const pieces: { from: Uint8Array; to: Uint8Array; sequence: number }[] = [];
    /** By sequence number, the piece that may go on in the next fragment. */
    let open = new Map<number, { from: Uint8Array; to: Uint8Array; sequence: number }>();
    for (let i = 0; i < this.starts.length; i++) {
      let start = this.starts[i] as Uint8Array;
      let end = this.ends[i] as Uint8Array;
      if (from !== undefined && compareBytes(start, from) < 0) start = from;
      if (to !== undefined && compareBytes(end, to) > 0) end = to;
      if (compareBytes(start, end) >= 0) continue;
      const going = new Map<number, { from: Uint8Array; to: Uint8Array; sequence: number }>();
      for (const sequence of this.sequences[i] as readonly number[]) {
        const before = open.get(sequence);
        if (before !== undefined && compareBytes(before.to, start) === 0) {
          before.to = end;
          going.set(sequence, before);
        } else if (!going.has(sequence)) {
          const piece = { from: start, to: end, sequence };
          pieces.push(piece);
          going.set(sequence, piece);
        }
      }
      open = going;
    }
    return pieces;
  }

  /** These fragments with other sequence numbers: `choose` says which of a fragment's, the highest first, remain. */
  filtered(
    choose: (sequences: readonly number[], from: Uint8Array, to: Uint8Array) => readonly number[],
  ): RangeTombstones {
    const kept: RangeTombstone[] = [];
    for (let i = 0; i < this.starts.length; i++) {
      const from = this.starts[i] as Uint8Array;
      const to = this.ends[i] as Uint8Array;
      for (const sequence of choose(this.sequences[i] as readonly number[], from, to))
        kept.push({ from, to, sequence });
    }
    return new RangeTombstones(kept);
  }
}

/** Above this number, and a share of those before, what was added lately is cut into fragments with the rest. */
const RECENT_LIMIT = 16;

/** Range deletes to which more are added, as a memtable's. */
export class RangeTombstoneList {
  private readonly all: RangeTombstone[] = [];
  private fragmented: RangeTombstones = RangeTombstones.NONE;
  /** So many of them are in the fragments; the rest is searched one by one. */
  private fragmentedCount = 0;

  get tombstones(): readonly RangeTombstone[] {
    return this.all;
  }

  add(tombstone: RangeTombstone): void {
    this.all.push(tombstone);
  }

  /** See {@link RangeTombstones.cover}. */
  cover(data: Uint8Array, start: number, end: number, limit: number): number {
    const { all } = this;
    const recent = all.length - this.fragmentedCount;
    if (recent > RECENT_LIMIT && recent * 4 > this.fragmentedCount) {
      this.fragmented = new RangeTombstones(all);
      this.fragmentedCount = all.length;
    }
    let highest = this.fragmented.cover(data, start, end, limit);
    for (let i = this.fragmentedCount; i < all.length; i++) {
      const { from, to, sequence } = all[i] as RangeTombstone;
      if (sequence <= highest || sequence > limit) continue;
      if (compareRanges(from, 0, from.length, data, start, end) > 0) continue;
      if (compareRanges(to, 0, to.length, data, start, end) > 0) highest = sequence;
    }
    return highest;
  }
}
