import type { Position } from "./position.ts";

/** Where an epoch begins in a log. */
export interface EpochBoundary {
  readonly epoch: number;
  /** LSN of its first entry that the log has. */
  readonly first: number;
}

/**
 * Which entry of a log is of which epoch: one boundary an epoch, whatever the number of entries. Epochs never fall along a
 * log.
 */
export class EpochBoundaries {
  private base_: Position;
  private boundaries: EpochBoundary[] = [];

  /** @param base just before the first entry */
  constructor(base: Position) {
    this.base_ = base;
  }

  /** Just before the first entry. */
  get base(): Position {
    return this.base_;
  }

  /** In order. */
  get all(): readonly EpochBoundary[] {
    return this.boundaries;
  }

  /** The epoch of the last entry, or of the base when there is none. */
  get lastEpoch(): number {
    return this.boundaries.at(-1)?.epoch ?? this.base_.epoch;
  }

  /** Takes note of the next entry. */
  add({ epoch, lsn }: Position): void {
    if (this.boundaries.at(-1)?.epoch !== epoch) this.boundaries.push({ epoch, first: lsn });
  }

  /** The epoch of an entry that the log has, or of its base. */
  at(lsn: number): number {
    let low = 0;
    let high = this.boundaries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.boundaries[middle] as EpochBoundary).first <= lsn) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? this.base_.epoch : (this.boundaries[low - 1] as EpochBoundary).epoch;
  }

  /** Forgets the entries behind `lsn`. */
  truncateAfter(lsn: number): void {
    this.boundaries = this.boundaries.filter(({ first }) => first <= lsn);
  }

  /** Forgets the entries up to a new base. @param last LSN of the last entry */
  dropUpTo(base: Position, last: number): void {
    const kept: EpochBoundary[] = [];
    for (const [index, { epoch, first }] of this.boundaries.entries()) {
      const next = this.boundaries[index + 1]?.first ?? last + 1;
      if (next > base.lsn + 1) kept.push({ epoch, first: Math.max(first, base.lsn + 1) });
    }
    this.boundaries = kept;
    this.base_ = base;
  }

  /** Forgets every entry. */
  reset(base: Position): void {
    this.boundaries = [];
    this.base_ = base;
  }
}
