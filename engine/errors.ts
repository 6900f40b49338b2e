/** Everything the engine itself reports as wrong. A file-system error that explains it is the `cause`. */
export abstract class DatabaseError extends Error {}

/**
 * Stored bytes are not what was written. Nothing is repaired and nothing more is served from them: restore the file
 * from a copy, or the database from a checkpoint.
 */
export class CorruptionError extends DatabaseError {
  override readonly name = "CorruptionError";
  /** The damaged file's name within the database's directory. */
  readonly file: string;
  /** Where in the file, in bytes, as far as known. */
  readonly offset: number | undefined;
  readonly detail: string;

  constructor(file: string, offset: number | undefined, detail: string, options?: ErrorOptions) {
    super(`corruption in ${file}${offset === undefined ? "" : ` at offset ${offset}`}: ${detail}`, options);
    this.file = file;
    this.offset = offset;
    this.detail = detail;
  }
}

/** The error for a log without a record that has a successor: none gets one before it has writes, and they are durable. */
export function emptyLog(name: string): CorruptionError {
  return new CorruptionError(name, 0, "it is empty, although a newer log follows it");
}

/** A version names a table that is not there (any more): deleted by another instance, or lost. */
export class TableMissingError extends DatabaseError {
  override readonly name = "TableMissingError";
  /** The table's file name within the database's directory. */
  readonly file: string;
  /** The number of the version that names it. */
  readonly versionNumber: number;

  constructor(file: string, versionNumber: number, options?: ErrorOptions) {
    super(
      `${file}, named by version ${versionNumber}, is missing: a reader must refresh; a writer's database is damaged`,
      options,
    );
    this.file = file;
    this.versionNumber = versionNumber;
  }
}

/** There is no database here, or one where none was wanted. */
export class DatabaseExistenceError extends DatabaseError {
  override readonly name = "DatabaseExistenceError";
  readonly directory: string;
  readonly exists: boolean;

  constructor(directory: string, exists: boolean, options?: ErrorOptions) {
    super(
      exists
        ? `'${directory}' already holds a database, and errorIfExists is set`
        : `'${directory}' holds no database (no CURRENT file), and createIfMissing is not set`,
      options,
    );
    this.directory = directory;
    this.exists = exists;
  }
}

/** Another instance holds the directory's LOCK. */
export class DatabaseLockedError extends DatabaseError {
  override readonly name = "DatabaseLockedError";
  readonly directory: string;

  constructor(directory: string, options?: ErrorOptions) {
    super(`'${directory}' is in use: another instance holds its LOCK; open it read-only, or close the other`, options);
    this.directory = directory;
  }
}

/** The LOCK was lost while the database was open, so another writer may be at work. */
export class LockLostError extends DatabaseError {
  override readonly name = "LockLostError";

  constructor(directory: string) {
    super(`the lock on '${directory}' was lost while the database was open; open it again`);
  }
}

/** The files were written by a newer engine, or ordered by another comparator. */
export class UnsupportedFormatError extends DatabaseError {
  override readonly name = "UnsupportedFormatError";
  readonly file: string;

  constructor(file: string, found: string, supported: string) {
    super(`${file} has ${found}, this engine supports ${supported}; open it with the engine that wrote it`);
    this.file = file;
  }
}

/**
 * An earlier failure (the `cause`) left the files' state unknown, and this handle writes no more: what a failed sync
 * left behind can be learned only by recovery. A write that was refused by the failure itself may or may not have
 * happened.
 */
export class DatabaseFailedError extends DatabaseError {
  override readonly name = "DatabaseFailedError";

  constructor(directory: string, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(`the database in '${directory}' failed and accepts no writes until it is opened again: ${reason}`, { cause });
  }
}

/** The database, iterator or snapshot was used after it was closed. */
export class DatabaseClosedError extends DatabaseError {
  override readonly name = "DatabaseClosedError";

  constructor(what: string) {
    super(`the ${what} is closed`);
  }
}

/** A checkpoint was to be made where something is already. */
export class CheckpointTargetError extends DatabaseError {
  override readonly name = "CheckpointTargetError";
  readonly target: string;

  constructor(target: string) {
    super(`'${target}' exists already; give the checkpoint a name that is free`);
    this.target = target;
  }
}

/** An option has a value that makes no sense. */
export class InvalidOptionError extends DatabaseError {
  override readonly name = "InvalidOptionError";
  readonly option: string;

  constructor(option: string, value: unknown, wanted: string) {
    super(`option ${option} is ${String(value)}, but must be ${wanted}`);
    this.option = option;
  }
}

/** A log that a read-only instance was to read is not there (any more): the writer has deleted it. */
export class LogMissingError extends DatabaseError {
  override readonly name = "LogMissingError";
  readonly file: string;

  constructor(file: string, options?: ErrorOptions) {
    super(`${file} is missing: the writer has deleted it meanwhile; refresh again`, options);
    this.file = file;
  }
}

/** A read-only instance could not get hold of the manifest that CURRENT names. */
export class ManifestUnavailableError extends DatabaseError {
  override readonly name = "ManifestUnavailableError";
  readonly file: string;

  constructor(file: string, reason: string, options?: ErrorOptions) {
    super(`CURRENT names ${file}, but ${reason}; refresh again later`, options);
    this.file = file;
  }
}
