import { type Position, positionText } from "./position.ts";

/** Everything a {@link ReplicatedLog} itself reports as wrong. What explains it is the `cause`. */
export abstract class LogError extends Error {}

/**
 * Stored entries are not what was written, or not there. Nothing was cut away or repaired: the entries behind `sound` may
 * have been acknowledged, and only another copy can bring them back.
 */
export class LogCorruptionError extends LogError {
  override readonly name = "LogCorruptionError";
  /** The segment's file name within the log's directory. */
  readonly segment: string;
  /** Where in the file, in bytes, as far as known. */
  readonly offset: number | undefined;
  /** The last entry before the damage, as far as known. */
  readonly sound: Position | undefined;
  readonly detail: string;

  constructor(
    segment: string,
    offset: number | undefined,
    sound: Position | undefined,
    detail: string,
    options?: ErrorOptions,
  ) {
    const where = offset === undefined ? "" : ` at offset ${offset}`;
    const behind = sound === undefined ? "" : `, behind entry ${positionText(sound)}`;
    super(
      `corruption in log segment ${segment}${where}${behind}: ${detail}; get the entries from another copy`,
      options,
    );
    this.segment = segment;
    this.offset = offset;
    this.sound = sound;
    this.detail = detail;
  }
}

/** Entries were asked for that the log no longer has. */
export class LogTrimmedError extends LogError {
  override readonly name = "LogTrimmedError";
  readonly lsn: number;
  /** The lowest LSN that the log has, or will have next. */
  readonly first: number;

  constructor(lsn: number, first: number) {
    super(`entry ${lsn} is no longer in the log, which begins at ${first}; begin with a copy of the data instead`);
    this.lsn = lsn;
    this.first = first;
  }
}

/** An entry does not continue the log: it leaves a hole, repeats, or its epoch falls. Nothing was appended. */
export class LogOrderError extends LogError {
  override readonly name = "LogOrderError";
  readonly entry: Position;
  readonly last: Position;

  constructor(entry: Position, last: Position) {
    const next = `${last.lsn + 1} of an epoch of at least ${last.epoch}`;
    super(
      `entry ${positionText(entry)} does not continue a log that ends at ${positionText(last)}: it must be entry ${next}`,
    );
    this.entry = { epoch: entry.epoch, lsn: entry.lsn };
    this.last = last;
  }
}

/**
 * An earlier write or sync failed (the `cause`), and this handle writes no more: what the files hold can be learned only
 * by opening the log again. What had not been synced may or may not be there then.
 */
export class LogFailedError extends LogError {
  override readonly name = "LogFailedError";

  constructor(directory: string, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(`the log in '${directory}' failed and takes no entries until it is opened again: ${reason}`, { cause });
  }
}

/** The log was used after it was closed. */
export class LogClosedError extends LogError {
  override readonly name = "LogClosedError";

  constructor(directory: string) {
    super(`the log in '${directory}' is closed`);
  }
}
