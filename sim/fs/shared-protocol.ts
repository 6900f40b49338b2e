import type { FileSystemErrorCode } from "../../host/file-system-error.ts";
import type { FileSystemStat, FileType, Reservation } from "../../host/file-system.ts";
import type { DiskCall } from "./disk-fault.ts";

/**
 * What clients of a shared disk and its server say to each other: NFS version 3 in its essentials. Files are named by inode
 * number, the server keeps no state of who has what open, and every request may arrive twice.
 */

export interface Attributes {
  readonly inode: number;
  readonly type: FileType;
  readonly size: number;
  readonly links: number;
  readonly modified: number;
  /** Counts changes: what caches compare. */
  readonly change: number;
}

/** Who holds a lock: one call of one client since its host was last switched on. */
export interface LockOwner {
  readonly host: string;
  readonly boot: number;
  readonly id: number;
}

export type Operation =
  | { readonly kind: "getattr"; readonly inode: number }
  | { readonly kind: "lookup"; readonly directory: number; readonly name: string }
  | { readonly kind: "readdir"; readonly directory: number }
  | { readonly kind: "create"; readonly directory: number; readonly name: string; readonly exclusive: boolean }
  | { readonly kind: "mkdir" | "remove" | "rmdir"; readonly directory: number; readonly name: string }
  | {
      readonly kind: "rename";
      readonly directory: number;
      readonly name: string;
      readonly toDirectory: number;
      readonly toName: string;
    }
  | { readonly kind: "link"; readonly inode: number; readonly directory: number; readonly name: string }
  | { readonly kind: "read"; readonly inode: number; readonly position: number; readonly length: number }
  | { readonly kind: "write"; readonly inode: number; readonly position: number; readonly bytes: Uint8Array }
  | { readonly kind: "truncate"; readonly inode: number; readonly length: number }
  | { readonly kind: "commit"; readonly inode: number }
  | { readonly kind: "statfs" }
  | { readonly kind: "lock" | "unlock"; readonly inode: number; readonly owner: LockOwner }
  | { readonly kind: "renew" }
  | { readonly kind: "reserve"; readonly generation: number }
  | { readonly kind: "reservation" };

export interface Request {
  readonly client: string;
  /** Of the client's host: a new one means that the old client is gone, with its locks. */
  readonly boot: number;
  /** Unique for a client: what the server remembers answers by. */
  readonly id: number;
  readonly operation: Operation;
  /** The call that asked for it and its path: for faults, traces and reports. */
  readonly call: DiskCall;
  readonly path: string;
}

export interface Reply {
  /** Why the operation failed; undefined when it did not. */
  readonly code: FileSystemErrorCode | undefined;
  /** Changes when the server has crashed: un-committed writes sent before are then to be sent again. */
  readonly verifier: number;
  readonly attributes?: Attributes;
  /** The file's change count before the operation: a client that knew it has missed nothing. */
  readonly before?: number;
  readonly directory?: Attributes;
  readonly directoryBefore?: number;
  readonly toDirectory?: Attributes;
  readonly toDirectoryBefore?: number;
  readonly names?: readonly string[];
  readonly bytes?: Uint8Array;
  readonly count?: number;
  readonly statfs?: FileSystemStat;
  readonly reservation?: Reservation;
}

const HEADER_BYTES = 120;

export function requestBytes(request: Request): number {
  const { operation } = request;
  return HEADER_BYTES + (operation.kind === "write" ? operation.bytes.length : 0);
}

export function replyBytes(reply: Reply): number {
  const names = reply.names?.reduce((sum, name) => sum + name.length + 24, 0) ?? 0;
  return HEADER_BYTES + (reply.bytes?.length ?? 0) + names;
}
