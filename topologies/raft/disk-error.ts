import { isStorageError } from "../replication/disk-error.ts";
import { UnusableDataError } from "./storage.ts";

/** Whether an error is the doing of a disk, or of what is on it. */
export function isDiskError(error: unknown): boolean {
  return isStorageError(error) || error instanceof UnusableDataError;
}
