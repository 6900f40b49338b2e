import { CorruptionError, TableMissingError } from "../../engine/index.ts";
import { isStorageError } from "../replication/disk-error.ts";
import { LogCorruptionError } from "../replication/log-errors.ts";
import { SealedFileError } from "../replication/sealed-file.ts";
import { ForeignDatabaseError, MalformedEntryError } from "../replication/store-errors.ts";
import { StoredValueError } from "../stored-values.ts";
import { UnusableDataError } from "./storage.ts";

/** Whether an error is the doing of a disk, or of what is on it. */
export function isDiskError(error: unknown): boolean {
  return isStorageError(error) || isDamage(error);
}

/**
 * Whether an error says that what is stored is not what was written: trying again does not help, and others must be asked. A log
 * whose end was torn by a crash is none.
 */
export function isDamage(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) if (isDamageItself(cause)) return true;
  return false;
}

function isDamageItself(error: Error): boolean {
  return (
    error instanceof CorruptionError ||
    error instanceof ForeignDatabaseError ||
    error instanceof LogCorruptionError ||
    error instanceof MalformedEntryError ||
    error instanceof SealedFileError ||
    error instanceof StoredValueError ||
    error instanceof TableMissingError ||
    error instanceof UnusableDataError
  );
}
