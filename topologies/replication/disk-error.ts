import { DatabaseError } from "../../engine/index.ts";
import { isFileSystemError } from "../../host/file-system-error.ts";
import { LogError } from "./log-errors.ts";
import { SealedFileError } from "./sealed-file.ts";
import { StoreError } from "./store-errors.ts";

/** Whether an error is the doing of a disk, or of what a log, a store or a small file has on it. */
export function isStorageError(error: unknown): boolean {
  return (
    isFileSystemError(error) ||
    error instanceof DatabaseError ||
    error instanceof LogError ||
    error instanceof SealedFileError ||
    error instanceof StoreError
  );
}

/** Whether an error comes of a disk that is full: it may be tried again once there is room. */
export function isFullDisk(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    if (isFileSystemError(cause, "ENOSPC")) return true;
  return false;
}
