import { DatabaseError } from "../../engine/index.ts";
import { isFileSystemError } from "../../host/file-system-error.ts";
import { LogError } from "../replication/log-errors.ts";
import { StoreError } from "../replication/store-errors.ts";
import { StateFileError } from "./state-file.ts";
import { UnusableDataError } from "./storage.ts";

/** Whether an error is the doing of a disk, or of what is on it. */
export function isDiskError(error: unknown): boolean {
  return (
    isFileSystemError(error) ||
    error instanceof DatabaseError ||
    error instanceof LogError ||
    error instanceof StoreError ||
    error instanceof StateFileError ||
    error instanceof UnusableDataError
  );
}

/** Whether an error comes of a disk that is full: it may be tried again once there is room. */
export function isFullDisk(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    if (isFileSystemError(cause, "ENOSPC")) return true;
  return false;
}
