import type { FileSystemErrorCode } from "../../host/file-system-error.ts";

/** A call, as faults know it. "fsync" covers fdatasync and the sync of a directory. */
export type DiskCall =
  | "open"
  | "pread"
  | "pwrite"
  | "fsync"
  | "ftruncate"
  | "stat"
  | "statfs"
  | "close"
  | "rename"
  | "link"
  | "unlink"
  | "readdir"
  | "mkdir"
  | "rmdir"
  | "flock";

/** The call fails, "before" it takes effect or "after": then it was done all the same. */
export interface ErrorFault {
  readonly kind: "error";
  readonly code: FileSystemErrorCode;
  readonly when: "before" | "after";
}

/** A read or write moves fewer bytes than it was asked to, at least one. */
export interface ShortTransferFault {
  readonly kind: "short";
}

/**
 * A sync fails, and what it was to make durable is not. What systems do with the pages differs:
 *
 * - `stays-dirty`: they are still to be written, and the next sync may succeed in it.
 * - `marked-clean`: they count as written, as on Linux: memory goes on showing them, the disk never gets them, and later
 *   syncs succeed. Every handle that was open is told once.
 * - `reported-once`: the same, but one caller alone is told, as on Linux before 4.13: other handles' syncs succeed.
 */
export interface SyncFailureFault {
  readonly kind: "sync-failure";
  readonly mode: "stays-dirty" | "marked-clean" | "reported-once";
  /** Default "EIO". */
  readonly code?: FileSystemErrorCode;
}

/** A sync succeeds and nothing is durable: the data is on its way until a crash or an honest sync. */
export interface LyingSyncFault {
  readonly kind: "lying-sync";
}

/** A write is acknowledged and never reaches the disk: memory shows it until it has to be read again. */
export interface LostWriteFault {
  readonly kind: "lost-write";
}

/** A write lands in another place when it is written to the disk: both places are wrong, once memory is read anew. */
export interface MisdirectedWriteFault {
  readonly kind: "misdirected-write";
  /** Where it lands. Drawn among all that is on the disk when left out. */
  readonly to?: { readonly path: string; readonly position: number };
}

/** One bit on the disk flips for good; the read that is struck is the first to see it. */
export interface BitRotFault {
  readonly kind: "bit-rot";
  /** Which byte of the file. Drawn within the range that is read when left out. */
  readonly position?: number;
  /** 0 to 7. Drawn when left out. */
  readonly bit?: number;
}

/** From the call that is struck on, every call fails, until the fault is removed. */
export interface DeviceLostFault {
  readonly kind: "device-lost";
  /** Default "EIO". */
  readonly code?: "EIO" | "ENXIO";
}

/** What happens to a call that a rule picks. */
export type DiskFault =
  | ErrorFault
  | ShortTransferFault
  | SyncFailureFault
  | LyingSyncFault
  | LostWriteFault
  | MisdirectedWriteFault
  | BitRotFault
  | DeviceLostFault;

/** The calls that a kind of fault can strike; undefined for all. */
export const STRUCK_CALLS: Readonly<Record<DiskFault["kind"], readonly DiskCall[] | undefined>> = {
  error: undefined,
  short: ["pread", "pwrite"],
  "sync-failure": ["fsync"],
  "lying-sync": ["fsync"],
  "lost-write": ["pwrite"],
  "misdirected-write": ["pwrite"],
  "bit-rot": ["pread"],
  "device-lost": undefined,
};
