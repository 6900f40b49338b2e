/**
 * The file system a node may touch: one mount of a local or shared disk.
 *
 * Shaped like the useful part of `node:fs/promises`. Paths are absolute within the mount ("/db/CURRENT"), separated by
 * "/". Every call may fail with a {@link FileSystemError}; what a failed call did is unknown unless its description says
 * so. Nothing is durable until it was synced: a file's data and size by {@link FileHandle.sync}, a directory's entries
 * (creation, rename, link, unlink) by {@link FileSystem.syncDirectory}.
 */

/** Bits for {@link FileSystem.open}; one access mode, any of the rest. The values are the contract's own. */
export const OpenFlag = {
  READ: 0x01,
  WRITE: 0x02,
  READ_WRITE: 0x03,
  /** Create the file if there is none. */
  CREATE: 0x04,
  /** With CREATE: fail with EEXIST when the path exists. */
  EXCLUSIVE: 0x08,
  /** Cut the file to length 0. Needs write access. */
  TRUNCATE: 0x10,
  /** Every write goes to the end of the file as it is then, whatever its position says. */
  APPEND: 0x20,
  /** Bypass the page cache: offsets, lengths and positions must be multiples of 512 (EINVAL otherwise). */
  DIRECT: 0x40,
} as const;

export type FileType = "file" | "directory";

export interface FileStat {
  readonly type: FileType;
  /** Bytes. 0 for a directory. */
  readonly size: number;
  /** Identifies the file on its disk while it has a name or an open handle. */
  readonly inode: number;
  /** Names that lead to the file. */
  readonly links: number;
  /** When content last changed, in microseconds since the Unix epoch by the clock of whoever keeps the disk. */
  readonly modified: number;
}

export interface FileSystemStat {
  /** Bytes. */
  readonly totalBytes: number;
  /** Bytes. */
  readonly freeBytes: number;
}

/**
 * An open file. A buffer passed in belongs to the call until it completes; changing it meanwhile is an error that a
 * simulation reports.
 */
export interface FileHandle {
  /**
   * Reads up to `length` bytes at `position` into `buffer` from `offset` on.
   *
   * @returns bytes read: 0 at or past the end; may be fewer than asked anywhere (call again for the rest)
   */
  read(buffer: Uint8Array, offset: number, length: number, position: number): Promise<number>;

  /**
   * Writes `length` bytes of `buffer` from `offset` on at `position`; a gap before it reads as zeros.
   *
   * @returns bytes written: may be fewer than asked (call again for the rest)
   */
  write(buffer: Uint8Array, offset: number, length: number, position: number): Promise<number>;

  /** Makes the file's data and metadata durable. After a failure, what was written since the last success may be lost. */
  sync(): Promise<void>;

  /** Makes the file's data durable, and of its metadata what reading that data back needs (its size). */
  datasync(): Promise<void>;

  /** Cuts the file, or extends it with zeros, to `length` bytes. */
  truncate(length: number): Promise<void>;

  stat(): Promise<FileStat>;

  /** Gives the handle back, even when it fails. On a network mount it also writes back what was cached. */
  close(): Promise<void>;
}

/** An exclusive advisory lock. Released by the system when its owner dies. */
export interface FileLock {
  /** Whether the lock is known to be held. A lock on a network mount can be lost while nobody looks. */
  readonly held: boolean;
  release(): Promise<void>;
}

export interface WatchEvent {
  /** "rename" when a name appeared, moved or vanished; "change" when content changed. */
  readonly type: "rename" | "change";
  /** The name, within the watched directory. */
  readonly name: string;
}

export interface Watcher {
  close(): void;
}

/** Whose the changes of a disk are. */
export interface Reservation {
  /** Undefined while nobody has taken it: then anybody may change anything. */
  readonly holder: string | undefined;
  /** How often it has been taken. */
  readonly generation: number;
}

export interface FileSystem {
  /**
   * @param flags bits of {@link OpenFlag}
   * @throws FileSystemError ENOENT, EEXIST, EISDIR, ENOTDIR, ENOSPC, EINVAL (contradictory flags), ESTALE
   */
  open(path: string, flags: number): Promise<FileHandle>;

  /** Moves a name, replacing the destination atomically for whoever looks. Not durable before its directories are synced. */
  rename(from: string, to: string): Promise<void>;

  /** Gives the file at `existing` a second name. @throws FileSystemError EEXIST, ENOENT, EPERM (a directory) */
  link(existing: string, created: string): Promise<void>;

  /** Removes a name. On a local disk, open handles go on working. */
  unlink(path: string): Promise<void>;

  /** The names in a directory, sorted by code unit. */
  readdir(path: string): Promise<string[]>;

  mkdir(path: string): Promise<void>;

  /** @throws FileSystemError ENOTEMPTY, ENOENT, ENOTDIR */
  rmdir(path: string): Promise<void>;

  stat(path: string): Promise<FileStat>;

  statfs(): Promise<FileSystemStat>;

  /** Makes the entries of a directory durable: without it, a created, renamed or removed name may be undone by a crash. */
  syncDirectory(path: string): Promise<void>;

  /** Calls `listener` for changes in a directory made through this machine; changes by other hosts go unseen. */
  watch(path: string, listener: (event: WatchEvent) => void): Watcher;

  /**
   * Takes an exclusive lock on the file at `path`, creating it if needed; never waits.
   *
   * @throws FileSystemError EAGAIN when somebody (this node included) holds it, ENOLCK when locks are not to be had
   */
  lock(path: string): Promise<FileLock>;

  /**
   * Reserves the whole disk for this host, in whoever's place: from then on its server refuses what other hosts would change
   * there, what they have under way included, with EACCES, and takes their locks (a persistent reservation of SCSI-3, taken by
   * "preempt and abort"; a server that fences a client). It outlives this host and the server's loss of power. Not there:
   * nothing of the kind can be had.
   *
   * @param generation of the reservation that is to be replaced, so that a request which comes late changes nothing
   * @throws FileSystemError EAGAIN when it has been replaced meanwhile
   */
  reserve?(generation: number): Promise<void>;

  /** Who holds the reservation, asked of the server. */
  reservation?(): Promise<Reservation>;
}
