/** A place in a replicated log. Places are ordered by `lsn`; two logs agree up to a place when its `epoch` is the same. */
export interface Position {
  /** Who wrote: each new writer has a higher one (Raft's term). 0 before the first entry. */
  readonly epoch: number;
  /** Which entry: 1 for the first, one more for each next, without holes (Raft's index). 0 before the first entry. */
  readonly lsn: number;
}

/** One entry of a replicated log. */
export interface LogEntry extends Position {
  /** What is replicated. May be empty: an entry that changes nothing. */
  readonly payload: Uint8Array;
}

/** Before the first entry. */
export const ORIGIN: Position = { epoch: 0, lsn: 0 };

export function samePosition(a: Position, b: Position): boolean {
  return a.epoch === b.epoch && a.lsn === b.lsn;
}

/** A position as people read it, as PostgreSQL writes timeline and LSN: "3/120". */
export function positionText({ epoch, lsn }: Position): string {
  return `${epoch}/${lsn}`;
}
