import { FileSystemError, type FileSystemErrorCode } from "../../host/file-system-error.ts";

/**
 * Why an operation on a volume failed. Thrown below the layer that knows the call and its path, which turns it into a
 * {@link FileSystemError}; no Error itself, since failing look-ups are ordinary and need no stack.
 */
export class Errno {
  readonly code: FileSystemErrorCode;
  /** The kernel event that made it so, such as the unlink behind an ENOENT; 0 when none did. */
  readonly cause: number;

  constructor(code: FileSystemErrorCode, cause = 0) {
    this.code = code;
    this.cause = cause;
  }
}

/**
 * A buffer was changed while a call still owned it. On a real machine the change may or may not reach the disk, so the
 * caller is wrong whatever happens.
 */
export class BufferInFlightError extends Error {
  override readonly name = "BufferInFlightError";
  readonly path: string;
  /** Where in the file the call was to write. */
  readonly position: number;
  readonly length: number;

  constructor(path: string, position: number, length: number) {
    super(
      `the buffer of a write to '${path}' (bytes ${position} to ${position + length}) was changed before the write completed; ` +
        `copy it, or wait for the write`,
    );
    this.path = path;
    this.position = position;
    this.length = length;
  }
}

const CODES: readonly FileSystemErrorCode[] = [
  "EACCES",
  "EAGAIN",
  "EBADF",
  "EBUSY",
  "EEXIST",
  "EFBIG",
  "EINVAL",
  "EIO",
  "EISDIR",
  "EMFILE",
  "EMLINK",
  "ENAMETOOLONG",
  "ENODEV",
  "ENOENT",
  "ENOLCK",
  "ENOSPC",
  "ENOTDIR",
  "ENOTEMPTY",
  "ENOTSUP",
  "ENXIO",
  "EPERM",
  "EROFS",
  "ESTALE",
  "ETIMEDOUT",
  "EXDEV",
];

const NUMBERS: ReadonlyMap<string, number> = new Map(CODES.map((code, index) => [code, index + 1]));

/** A number for a code, for the fingerprint; 0 stands for success. */
export function errnoNumber(code: FileSystemErrorCode): number {
  return NUMBERS.get(code) ?? CODES.length + 1;
}

/** Runs `action`, turning an {@link Errno} into the error that callers see. */
export function withContext<T>(syscall: string, path: string, destination: string | undefined, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof Errno) throw new FileSystemError(error.code, syscall, path, destination);
    throw error;
  }
}
