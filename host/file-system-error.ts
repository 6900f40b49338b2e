/** The error codes a {@link FileSystem} reports; they are Node's, which are POSIX's. */
export type FileSystemErrorCode =
  | "EACCES"
  | "EAGAIN"
  | "EBADF"
  | "EBUSY"
  | "EEXIST"
  | "EFBIG"
  | "EINVAL"
  | "EIO"
  | "EISDIR"
  | "EMFILE"
  | "EMLINK"
  | "ENAMETOOLONG"
  | "ENODEV"
  | "ENOENT"
  | "ENOLCK"
  | "ENOSPC"
  | "ENOTDIR"
  | "ENOTEMPTY"
  | "ENOTSUP"
  | "ENXIO"
  | "EPERM"
  | "EROFS"
  | "ESTALE"
  | "ETIMEDOUT"
  | "EXDEV";

/** A file-system call that failed, on a simulated or a real machine. */
export class FileSystemError extends Error {
  override readonly name = "FileSystemError";
  readonly code: FileSystemErrorCode;
  /** The call that failed, by its POSIX name: "open", "pread", "fsync". */
  readonly syscall: string;
  readonly path: string;
  /** For calls with two paths (rename, link), the second. */
  readonly destination: string | undefined;

  constructor(code: FileSystemErrorCode, syscall: string, path: string, destination?: string) {
    super(`${code}: ${syscall} '${path}'${destination === undefined ? "" : ` -> '${destination}'`}`);
    this.code = code;
    this.syscall = syscall;
    this.path = path;
    this.destination = destination;
  }
}

/** Whether `error` is a file-system error, of that code when one is given. */
export function isFileSystemError(error: unknown, code?: FileSystemErrorCode): error is FileSystemError {
  return error instanceof FileSystemError && (code === undefined || error.code === code);
}
