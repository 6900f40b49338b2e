import { FileSystemError, type FileSystemErrorCode } from "../file-system-error.ts";

/** Every code of the contract. A record, so that the compiler misses none. */
const KNOWN: Readonly<Record<FileSystemErrorCode, true>> = {
  EACCES: true,
  EAGAIN: true,
  EBADF: true,
  EBUSY: true,
  EEXIST: true,
  EFBIG: true,
  EINVAL: true,
  EIO: true,
  EISDIR: true,
  EMFILE: true,
  EMLINK: true,
  ENAMETOOLONG: true,
  ENODEV: true,
  ENOENT: true,
  ENOLCK: true,
  ENOSPC: true,
  ENOTDIR: true,
  ENOTEMPTY: true,
  ENOTSUP: true,
  ENXIO: true,
  EPERM: true,
  EROFS: true,
  ESTALE: true,
  ETIMEDOUT: true,
  EXDEV: true,
};

/** Codes that systems report beyond the contract's, and the one of the contract that asks the same of a caller. */
const NEAREST: Readonly<Record<string, FileSystemErrorCode>> = {
  EDQUOT: "ENOSPC",
  ELOOP: "EINVAL",
  ENFILE: "EMFILE",
  ENOSYS: "ENOTSUP",
  EOPNOTSUPP: "ENOTSUP",
  ETXTBSY: "EBUSY",
  EWOULDBLOCK: "EAGAIN",
};

/**
 * What Node threw, as the contract has it; a code that the contract lacks becomes EIO. The original is the `cause`.
 *
 * @param path within the mount
 */
export function translateError(error: unknown, syscall: string, path: string, destination?: string): FileSystemError {
  const code = (error as { readonly code?: unknown } | undefined)?.code;
  const translated = new FileSystemError(toContractCode(code), syscall, path, destination);
  translated.cause = error;
  return translated;
}

function toContractCode(code: unknown): FileSystemErrorCode {
  if (typeof code !== "string") return "EIO";
  if (Object.hasOwn(KNOWN, code)) return code as FileSystemErrorCode;
  return Object.hasOwn(NEAREST, code) ? (NEAREST[code] as FileSystemErrorCode) : "EIO";
}
