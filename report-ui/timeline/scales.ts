import { countUpTo } from "../../report/track.ts";
import type { Range } from "./range.ts";

/** Physical time in nanoseconds, or the order of records, where each takes as much room as any other. */
export type ScaleKind = "time" | "rank";

/** The two scales of one run, and the way from one to the other. */
export class Scales {
  private readonly times: Float64Array;

  /** @param times of all records, in order */
  constructor(times: Float64Array) {
    this.times = times;
  }

  /** All there is to show, with a little room on both sides. */
  whole(kind: ScaleKind): Range {
    const last = this.times.length - 1;
    if (kind === "rank") return { from: -1, to: Math.max(1, last + 1) };
    const end = Math.max(1, this.times[last] ?? 1);
    return { from: -end * 0.01, to: end * 1.01 };
  }

  /** The shortest stretch that it makes sense to look at. */
  least(kind: ScaleKind): number {
    return kind === "rank" ? 4 : 100;
  }

  /** Where a record stands. */
  placeOf(rank: number, kind: ScaleKind): number {
    return kind === "rank" ? rank : (this.times[rank] ?? 0);
  }

  /** The record that stands at a place, or the last before it; -1 before the first. */
  rankAt(place: number, kind: ScaleKind): number {
    if (kind === "rank") return Math.min(Math.floor(place), this.times.length - 1);
    return countUpTo(this.times, place) - 1;
  }

  /** The same stretch in the other scale. */
  convert({ from, to }: Range, kind: ScaleKind, into: ScaleKind): Range {
    if (kind === into) return { from, to };
    return { from: this.across(from, into), to: this.across(to, into) };
  }

  /** A place of the other scale in this one. Between two records, what lies between is in proportion. */
  private across(place: number, into: ScaleKind): number {
    const { times } = this;
    const last = times.length - 1;
    if (last < 0) return place;
    if (into === "time") {
      const rank = Math.min(Math.max(place, 0), last);
      const before = Math.floor(rank);
      const from = times[before] ?? 0;
      const to = times[Math.min(before + 1, last)] ?? from;
      return from + (rank - before) * (to - from);
    }
    const before = countUpTo(times, place) - 1;
    if (before < 0) return 0;
    const from = times[before] ?? 0;
    const to = times[before + 1];
    return to === undefined || to === from ? before : before + (place - from) / (to - from);
  }
}
