import { type Position, positionText } from "./position.ts";

/** Everything a {@link ReplicatedStore} itself reports as wrong. What explains it is the `cause`. */
export abstract class StoreError extends Error {}

/** Entries do not go on from what is applied: there is a hole, or an epoch falls. Nothing was applied. */
export class ApplyOrderError extends StoreError {
  override readonly name = "ApplyOrderError";
  readonly entry: Position;
  readonly applied: Position;

  constructor(entry: Position, applied: Position) {
    super(`entry ${positionText(entry)} does not follow ${positionText(applied)}; apply those between first`);
    this.entry = { epoch: entry.epoch, lsn: entry.lsn };
    this.applied = { epoch: applied.epoch, lsn: applied.lsn };
  }
}

/** An entry's payload is no list of changes: a newer build wrote it, or it was damaged where no checksum noticed. */
export class MalformedEntryError extends StoreError {
  override readonly name = "MalformedEntryError";
  readonly entry: Position;

  constructor(entry: Position, detail: string, options?: ErrorOptions) {
    super(`entry ${positionText(entry)} cannot be applied: ${detail}; copy the data from another node`, options);
    this.entry = { epoch: entry.epoch, lsn: entry.lsn };
  }
}

/** A database holds data, but not the state of a replicated store that goes with it. */
export class ForeignDatabaseError extends StoreError {
  override readonly name = "ForeignDatabaseError";
  readonly directory: string;

  constructor(directory: string, detail: string, options?: ErrorOptions) {
    super(`the database in '${directory}' is no replicated store: ${detail}; use another directory`, options);
    this.directory = directory;
  }
}
