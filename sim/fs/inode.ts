import type { ByteStore, StoredBytes } from "./byte-store.ts";
import { UnsyncedData } from "./unsynced-data.ts";

/** What files and directories have in common. */
export abstract class Inode {
  /** Never used again on the same disk. */
  readonly number: number;
  /** Names in the live image. */
  links = 0;
  /** Open handles and operations under way. */
  opens = 0;
  /** Names in the durable image, and un-synced operations that may yet become one. */
  durableLinks = 0;
  /** Microseconds since the Unix epoch. */
  modified = 0;
  /** Counts changes: what a remote cache compares. */
  change = 0;
  /** The kernel event of the last change. */
  changedBy = 0;
  /** Gone for good: no name, no handle, nothing durable. */
  removed = false;

  constructor(number: number) {
    this.number = number;
  }
}

export class FileInode extends Inode {
  readonly type = "file";
  readonly bytes: StoredBytes;
  readonly unsynced: UnsyncedData;
  /** Of the live image. */
  size = 0;
  /** Takes no more room in the live image: it has neither name nor handle there. */
  freed = false;
  /** Which pages are in memory, one byte a page; undefined when none is. */
  resident: Uint8Array | undefined;
  residentPages = 0;
  /** Times that writes were given up after a failed sync: each handle then open is told once. */
  lostWrites = 0;

  constructor(number: number, store: ByteStore, bytes: StoredBytes = store.create()) {
    super(number);
    this.bytes = bytes;
    this.unsynced = new UnsyncedData(store, this.bytes);
  }
}

/** A name in a directory, and the kernel event that put it there. */
export interface DirectoryEntry {
  readonly inode: AnyInode;
  readonly event: number;
}

/** One change to a directory that is not yet known to be durable. */
export interface DirectoryOperation {
  /**
   * "rename" moves a name within the directory, in one. A move from another directory is a "link" here and an "unlink"
   * there, which POSIX lets a crash tell apart.
   */
  readonly kind: "link" | "unlink" | "rename";
  readonly name: string;
  /** For "rename": the name that went away. */
  readonly from: string | undefined;
  /** What the name leads to afterwards, for "link" and "rename"; what it led to, for "unlink". */
  readonly inode: AnyInode;
  /** Place among all metadata operations of the disk. */
  readonly order: number;
  /** Data that an ordered file system writes before this operation: a position in the inode's log, -1 for none. */
  readonly flushed: number;
}

export class DirectoryInode extends Inode {
  readonly type = "directory";
  entries = new Map<string, DirectoryEntry>();
  /** The durable image. */
  durable = new Map<string, AnyInode>();
  /** Oldest first. */
  unsynced: DirectoryOperation[] = [];
  parent: DirectoryInode;
  /** The kernel events that took names away, of the latest names. */
  readonly vanished = new Map<string, number>();

  constructor(number: number, parent: DirectoryInode | undefined) {
    super(number);
    this.parent = parent ?? this;
  }
}

export type AnyInode = FileInode | DirectoryInode;
