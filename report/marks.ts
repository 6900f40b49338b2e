import type { TraceRecord } from "../sim/trace.ts";
import { MARK_CODE, Weight, type MarkKind } from "./mark.ts";

/**
 * Marks of one lane, each a place in arrays, sorted by start. A mark reaches from one record to another; one that stands by
 * itself begins and ends with the same. Times are nanoseconds; ranks are positions in the trace.
 */
export interface Marks {
  readonly count: number;
  readonly start: Float64Array;
  readonly end: Float64Array;
  readonly startRank: Float64Array;
  readonly endRank: Float64Array;
  /** See MARK_KINDS. */
  readonly kind: Uint8Array;
  /** See Weight. */
  readonly weight: Uint8Array;
  readonly row: Uint8Array;
  /** 1 for a mark that had not ended when the run did. */
  readonly open: Uint8Array;
}

/** Gathers the marks of a lane, in order of their start. */
export class LaneBuilder {
  private readonly start: number[] = [];
  private readonly end: number[] = [];
  private readonly startRank: number[] = [];
  private readonly endRank: number[] = [];
  private readonly kind: number[] = [];
  private readonly weight: number[] = [];
  private readonly row: number[] = [];
  private readonly open: number[] = [];

  /** Adds a mark that begins and ends with a record, until {@link endAt} says otherwise. @returns the mark */
  point({ time, index }: TraceRecord, kind: MarkKind, row = 0, weight: number = Weight.ROUTINE): number {
    this.end.push(time);
    this.startRank.push(index);
    this.endRank.push(index);
    this.kind.push(MARK_CODE[kind]);
    this.weight.push(weight);
    this.row.push(row);
    this.open.push(0);
    return this.start.push(time) - 1;
  }

  endAt(mark: number, { time, index }: TraceRecord): void {
    this.end[mark] = time;
    this.endRank[mark] = index;
  }

  leaveOpen(mark: number, last: TraceRecord): void {
    this.endAt(mark, last);
    this.open[mark] = 1;
  }

  raise(mark: number, weight: number): void {
    this.weight[mark] = Math.max(weight, this.weight[mark] ?? 0);
  }

  /** Takes out rows in which there is nothing. @returns how many are left, at least one */
  closeRows(): number {
    const used = [...new Set(this.row)].sort((one, other) => one - other);
    const places = new Map(used.map((row, place) => [row, place]));
    this.row.forEach((row, mark) => (this.row[mark] = places.get(row) ?? 0));
    return Math.max(1, used.length);
  }

  finish(): Marks {
    return {
      count: this.start.length,
      start: Float64Array.from(this.start),
      end: Float64Array.from(this.end),
      startRank: Float64Array.from(this.startRank),
      endRank: Float64Array.from(this.endRank),
      kind: Uint8Array.from(this.kind),
      weight: Uint8Array.from(this.weight),
      row: Uint8Array.from(this.row),
      open: Uint8Array.from(this.open),
    };
  }
}
