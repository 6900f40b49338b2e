import type { FileSystemStat } from "../../host/file-system.ts";
import type { Kernel } from "../kernel.ts";
import { MemfsStore, type ByteStore } from "./byte-store.ts";
import type { DataEntry, WriteFate } from "./data-entry.ts";
import { DirectoryInode, type AnyInode, type DirectoryOperation, type FileInode } from "./inode.ts";
import { Errno } from "./errno.ts";
import { PAGE_BYTES, pagesOf } from "./page.ts";
import { PageCache } from "./page-cache.ts";
import { SlabPool } from "./slab.ts";

/** 2026-01-01T00:00:00Z in microseconds: true time zero, as disks stamp their files. */
const RUN_BEGINS = 1_767_225_600_000_000;

/** Names in a directory, and inodes, whose disappearance is remembered: the oldest are forgotten first. */
const VANISHED_KEPT = 4_096;

/**
 * What a crash does with what was not synced.
 *
 * - `strict`: all that POSIX permits. Each directory operation and each page is kept or lost on its own.
 * - `ordered`: ext4's habits. Metadata survives as a prefix of what was done, data before the size that covers it, and a
 *   rename over an existing file brings its data along.
 * - `lossy`: nothing un-synced survives.
 * - `none`: everything survives.
 */
export type CrashModel = "strict" | "ordered" | "lossy" | "none";

export interface VolumeOptions {
  readonly crashModel: CrashModel;
  /** Bytes that a device writes in one piece, whatever happens: smaller than a page tears pages. */
  readonly sectorBytes: 512 | 4096;
  /** Bytes. */
  readonly capacity: number;
  /** Bytes of memory in which pages are cached. */
  readonly cacheBytes: number;
  /** Bytes a file may have: more is EFBIG. */
  readonly maxFileBytes: number;
}

/** Where a volume's bytes are. Volumes may share it: what one does with its files, the others do not see. */
export interface VolumeMemory {
  readonly store: ByteStore;
  readonly slabs: SlabPool;
}

/**
 * The inodes of a disk: what of each has reached the disk and what has not, who needs it, and when it is gone. What is done
 * to files and directories is the {@link Volume}'s business.
 */
export abstract class InodeTable {
  readonly options: VolumeOptions;
  readonly kernel: Kernel;
  readonly store: ByteStore;
  readonly slabs: SlabPool;
  readonly cache: PageCache;
  readonly inodes = new Map<number, AnyInode>();
  readonly dirtyFiles = new Set<FileInode>();
  readonly dirtyDirectories = new Set<DirectoryInode>();
  readonly root: DirectoryInode;
  /** The kernel events that took the last name of inodes that are gone, of the latest. */
  readonly removedBy = new Map<number, number>();
  capacity: number;
  /** Calls so far that there was no room for. */
  refusals = 0;
  /** Called when something becomes dirty that was not. */
  onDirty: () => void = () => undefined;
  protected nextInode = 2;
  protected nextOrder = 0;
  private usedPages = 0;
  private mostUsedPages = 0;

  /** @param memory memory of its own, in memfs, when left out */
  constructor(kernel: Kernel, options: VolumeOptions, memory?: VolumeMemory) {
    this.kernel = kernel;
    this.options = options;
    this.capacity = options.capacity;
    this.store = memory?.store ?? new MemfsStore(kernel.guard);
    this.slabs = memory?.slabs ?? new SlabPool();
    this.cache = new PageCache(options.cacheBytes);
    this.root = new DirectoryInode(1, undefined);
    this.root.links = 1;
    this.root.durableLinks = 1;
    this.inodes.set(1, this.root);
  }

  /** Counts a call that there was no room for, and gives it its error. */
  protected full(): Errno {
    this.refusals++;
    return new Errno("ENOSPC");
  }

  /** Place of the next metadata operation: a sync covers those before the place it was asked at. */
  get order(): number {
    return this.nextOrder;
  }

  /** Bytes of room that files take in the live image, whole pages. */
  get usedBytes(): number {
    return this.usedPages * PAGE_BYTES;
  }

  /** The most that {@link usedBytes} has been. */
  get mostUsedBytes(): number {
    return this.mostUsedPages * PAGE_BYTES;
  }

  get freeBytes(): number {
    return Math.max(0, Math.floor(this.capacity / PAGE_BYTES) - this.usedPages) * PAGE_BYTES;
  }

  statfs(): FileSystemStat {
    return { totalBytes: this.capacity, freeBytes: this.freeBytes };
  }

  protected resize(file: FileInode, size: number): void {
    if (size === file.size) return;
    this.usedPages += pagesOf(size) - pagesOf(file.size);
    if (this.usedPages > this.mostUsedPages) this.mostUsedPages = this.usedPages;
    file.size = size;
  }

  protected changed(file: FileInode): void {
    this.touch(file);
    if (!this.dirtyFiles.has(file)) {
      this.dirtyFiles.add(file);
      this.onDirty();
    }
  }

  protected touch(inode: AnyInode): void {
    inode.modified = RUN_BEGINS + Math.floor(this.kernel.now / 1_000);
    inode.change++;
    inode.changedBy = this.kernel.event;
  }

  /** Gives back the bytes of log entries that nobody needs any more. */
  releaseEntries(entries: readonly DataEntry[]): void {
    for (const { slab } of entries) if (slab !== undefined) this.slabs.release(slab);
  }

  /** Makes a file's data and size durable up to a position in its log. */
  settleFile(file: FileInode, position: number): void {
    this.releaseEntries(file.unsynced.settle(position));
    if (file.unsynced.entries.length === 0) this.dirtyFiles.delete(file);
  }

  /** Makes a directory's operations durable that were done before `order`. */
  settleDirectory(directory: DirectoryInode, order: number): void {
    const { unsynced } = directory;
    let count = 0;
    while (count < unsynced.length && (unsynced[count] as DirectoryOperation).order < order) count++;
    if (count === 0) return;
    directory.unsynced = unsynced.slice(count);
    for (let index = 0; index < count; index++) this.applyDurably(directory, unsynced[index] as DirectoryOperation);
    if (directory.unsynced.length === 0) this.dirtyDirectories.delete(directory);
  }

  /** Takes what is un-synced of a file up to a position for durable, though each write of it meets a fate instead. */
  misplaceFile(file: FileInode, position: number, fate: WriteFate): void {
    this.releaseEntries(file.unsynced.misplace(position, fate));
    if (file.unsynced.entries.length === 0) this.dirtyFiles.delete(file);
  }

  /** Takes a directory's operations that were done before `order` for durable, though the disk never gets them. */
  misplaceDirectory(directory: DirectoryInode, order: number): void {
    const lost = directory.unsynced.filter((operation) => operation.order < order);
    directory.unsynced = directory.unsynced.slice(lost.length);
    for (const { kind, inode } of lost) if (kind !== "unlink") this.dropDurable(inode);
    if (directory.unsynced.length === 0) this.dirtyDirectories.delete(directory);
  }

  /** What syncing a file makes durable under this volume's habits. */
  syncFile(file: FileInode, position: number, order: number): void {
    // ext4 commits its whole journal when the file has metadata in it; a file that was only overwritten has none.
    const commits =
      this.options.crashModel === "ordered" && (file.unsynced.durableSize !== file.size || this.hasPendingName(file));
    this.settleFile(file, position);
    if (commits) this.commitJournal(order);
  }

  /** What syncing a directory makes durable under this volume's habits. */
  syncDirectory(directory: DirectoryInode, order: number): void {
    if (this.options.crashModel === "ordered") this.commitJournal(order);
    else this.settleDirectory(directory, order);
  }

  private hasPendingName(file: FileInode): boolean {
    for (const directory of this.dirtyDirectories) {
      if (directory.unsynced.some((operation) => operation.inode === file)) return true;
    }
    return false;
  }

  private commitJournal(order: number): void {
    for (const directory of [...this.dirtyDirectories]) this.settleDirectory(directory, order);
  }

  /** Does an operation to a directory's durable image. */
  applyDurably(directory: DirectoryInode, operation: DirectoryOperation): void {
    const { durable } = directory;
    const { kind, name, from, inode } = operation;
    if (operation.flushed >= 0 && this.options.crashModel === "ordered" && inode.type === "file") {
      this.settleFile(inode, operation.flushed);
    }
    if (from !== undefined) {
      const source = durable.get(from);
      if (durable.delete(from) && source !== undefined) this.dropDurable(source);
    }
    const before = durable.get(name);
    // The operation's own hold on the inode becomes the name's.
    if (kind === "unlink") durable.delete(name);
    else durable.set(name, inode);
    if (before !== undefined) this.dropDurable(before);
  }

  /** Gives up a hold that the durable image, or an operation on its way there, had on an inode. */
  dropDurable(inode: AnyInode): void {
    inode.durableLinks--;
    this.release(inode);
  }

  /** An operation or handle begins to use an inode. */
  hold(inode: AnyInode): void {
    inode.opens++;
  }

  /** An operation or handle is done with an inode. */
  letGo(inode: AnyInode): void {
    if (--inode.opens === 0 && inode.links === 0) this.release(inode);
  }

  protected release(inode: AnyInode): void {
    if (inode.links > 0 || inode.opens > 0 || inode.removed) return;
    if (inode.type === "file" && !inode.freed) {
      inode.freed = true;
      this.usedPages -= pagesOf(inode.size);
      this.cache.drop(inode);
    }
    if (inode.durableLinks > 0) return;
    this.destroy(inode);
  }

  private destroy(inode: AnyInode): void {
    inode.removed = true;
    this.inodes.delete(inode.number);
    rememberLatest(this.removedBy, inode.number, inode.changedBy);
    if (inode.type === "file") {
      this.releaseEntries(inode.unsynced.reset(0));
      this.dirtyFiles.delete(inode);
      this.store.remove(inode.bytes);
      return;
    }
    this.dirtyDirectories.delete(inode);
    for (const child of inode.durable.values()) this.dropDurable(child);
    for (const operation of inode.unsynced) if (operation.kind !== "unlink") this.dropDurable(operation.inode);
    inode.durable.clear();
    inode.unsynced = [];
  }

  /** Counts on where another volume is, whose inodes this one has copies of. */
  continueFrom(original: InodeTable): void {
    this.nextInode = original.nextInode;
    this.nextOrder = original.nextOrder;
    this.usedPages = original.usedPages;
  }

  /** Starts over with the inodes that a crash has left, as a system does that mounts a disk: nothing cached, open or dirty. */
  remount(): void {
    this.cache.clear();
    this.dirtyDirectories.clear();
    this.dirtyFiles.clear();
    this.usedPages = 0;
    for (const inode of this.inodes.values()) {
      if (inode.type !== "file") continue;
      this.usedPages += pagesOf(inode.size);
      inode.unsynced.evict();
    }
  }
}

/** Keeps what came last, up to a bound. */
export function rememberLatest<Key>(map: Map<Key, number>, key: Key, event: number): void {
  map.delete(key);
  map.set(key, event);
  if (map.size <= VANISHED_KEPT) return;
  for (const oldest of map.keys()) {
    map.delete(oldest);
    break;
  }
}
