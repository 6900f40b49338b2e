import type { FileStat, FileSystemStat } from "../../host/file-system.ts";
import type { Kernel } from "../kernel.ts";
import { MemfsStore, type ByteStore } from "./byte-store.ts";
import { Errno } from "./errno.ts";
import { DirectoryInode, FileInode, type AnyInode, type DirectoryOperation } from "./inode.ts";
import { PAGE_BYTES, PagePool, pagesOf } from "./page.ts";
import { PageCache } from "./page-cache.ts";
import { checkName, parsePath } from "./path.ts";
import { SlabPool, type Slab } from "./slab.ts";
import { TRUNCATION, type DataEntry } from "./unsynced-data.ts";

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
  readonly pages: PagePool;
}

/** A change that a watcher may want to hear of. */
export type VolumeListener = (directory: DirectoryInode, name: string, type: "rename" | "change") => void;

/** Where a path ends: a directory and a name in it, which may not exist. The name is "" for the root. */
export interface Place {
  readonly directory: DirectoryInode;
  readonly name: string;
  readonly trailingSlash: boolean;
}

/**
 * A file system's structure and bytes: what is in the page cache (live), what has reached the disk (durable) and the logs of
 * what is between. Every method happens at once; time, faults and who may ask are the business of those above. Methods
 * throw {@link Errno}.
 */
export class Volume {
  readonly options: VolumeOptions;
  readonly kernel: Kernel;
  readonly store: ByteStore;
  readonly slabs: SlabPool;
  readonly pages: PagePool;
  readonly cache: PageCache;
  readonly inodes = new Map<number, AnyInode>();
  readonly dirtyFiles = new Set<FileInode>();
  readonly dirtyDirectories = new Set<DirectoryInode>();
  readonly root: DirectoryInode;
  /** The kernel events that took the last name of inodes that are gone, of the latest. */
  readonly removedBy = new Map<number, number>();
  capacity: number;
  /** Called when something becomes dirty that was not. */
  onDirty: () => void = () => undefined;
  onChange: VolumeListener | undefined;
  private nextInode = 2;
  private nextOrder = 0;
  private usedPages = 0;

  /** @param memory memory of its own, in memfs, when left out */
  constructor(kernel: Kernel, options: VolumeOptions, memory?: VolumeMemory) {
    this.kernel = kernel;
    this.options = options;
    this.capacity = options.capacity;
    this.store = memory?.store ?? new MemfsStore(kernel.guard);
    this.slabs = memory?.slabs ?? new SlabPool();
    this.pages = memory?.pages ?? new PagePool();
    this.cache = new PageCache(options.cacheBytes);
    this.root = new DirectoryInode(1, undefined);
    this.root.links = 1;
    this.root.durableLinks = 1;
    this.inodes.set(1, this.root);
  }

  /** Place of the next metadata operation: a sync covers those before the place it was asked at. */
  get order(): number {
    return this.nextOrder;
  }

  get freeBytes(): number {
    return Math.max(0, Math.floor(this.capacity / PAGE_BYTES) - this.usedPages) * PAGE_BYTES;
  }

  statfs(): FileSystemStat {
    return { totalBytes: this.capacity, freeBytes: this.freeBytes };
  }

  // Names

  /** @throws Errno ENOENT, ENOTDIR */
  resolve(path: string): AnyInode {
    const place = this.resolveParent(path);
    if (place.name === "") return place.directory;
    const inode = this.lookup(place.directory, place.name);
    if (place.trailingSlash && inode.type !== "directory") throw new Errno("ENOTDIR", inode.changedBy);
    return inode;
  }

  /** @throws Errno ENOENT, ENOTDIR */
  resolveDirectory(path: string): DirectoryInode {
    const inode = this.resolve(path);
    if (inode.type !== "directory") throw new Errno("ENOTDIR");
    return inode;
  }

  /** Follows all but the last name of a path. @throws Errno ENOENT, ENOTDIR */
  resolveParent(path: string): Place {
    const { names, trailingSlash } = parsePath(path);
    let directory = this.root;
    for (let index = 0; index < names.length - 1; index++) {
      const next = this.lookup(directory, names[index] as string);
      if (next.type !== "directory") throw new Errno("ENOTDIR");
      directory = next;
    }
    return { directory, name: names.at(-1) ?? "", trailingSlash };
  }

  /** @throws Errno ENOENT, ENAMETOOLONG */
  lookup(directory: DirectoryInode, name: string): AnyInode {
    const entry = directory.entries.get(name);
    if (entry !== undefined) return entry.inode;
    checkName(name);
    throw new Errno("ENOENT", directory.vanished.get(name) ?? 0);
  }

  find(directory: DirectoryInode, name: string): AnyInode | undefined {
    return directory.entries.get(name)?.inode;
  }

  /** @throws Errno EEXIST, ENOSPC, ENOENT when the directory itself is gone */
  create(directory: DirectoryInode, name: string): FileInode {
    this.checkNew(directory, name);
    const file = new FileInode(this.nextInode++, this.store);
    this.inodes.set(file.number, file);
    this.touch(file);
    this.enter(directory, name, file, "link", undefined, -1);
    return file;
  }

  /** @throws Errno EEXIST, ENOSPC, ENOENT */
  mkdir(directory: DirectoryInode, name: string): DirectoryInode {
    this.checkNew(directory, name);
    const made = new DirectoryInode(this.nextInode++, directory);
    this.inodes.set(made.number, made);
    this.touch(made);
    this.enter(directory, name, made, "link", undefined, -1);
    return made;
  }

  /** @throws Errno EEXIST, EPERM for a directory, ENOSPC, ENOENT */
  link(inode: AnyInode, directory: DirectoryInode, name: string): void {
    const taken = directory.entries.get(name);
    if (taken !== undefined) throw new Errno("EEXIST", taken.event);
    checkName(name);
    if (inode.type === "directory") throw new Errno("EPERM");
    this.checkNew(directory, name);
    this.enter(directory, name, inode, "link", undefined, -1);
  }

  /** @throws Errno ENOENT, EISDIR */
  unlink(directory: DirectoryInode, name: string): FileInode {
    const inode = this.lookup(directory, name);
    if (inode.type === "directory") throw new Errno("EISDIR");
    this.remove(directory, name, inode);
    return inode;
  }

  /** @throws Errno ENOENT, ENOTDIR, ENOTEMPTY */
  rmdir(directory: DirectoryInode, name: string): void {
    const inode = this.lookup(directory, name);
    if (inode.type !== "directory") throw new Errno("ENOTDIR");
    if (inode.entries.size > 0) throw new Errno("ENOTEMPTY", inode.changedBy);
    this.remove(directory, name, inode);
  }

  /** @throws Errno ENOENT, EINVAL, ENOTDIR, EISDIR, ENOTEMPTY */
  rename(from: DirectoryInode, fromName: string, to: DirectoryInode, toName: string): void {
    const inode = this.lookup(from, fromName);
    checkName(toName);
    if (inode.type === "directory" && isWithin(to, inode)) throw new Errno("EINVAL");
    const replaced = to.entries.get(toName);
    if (replaced?.inode.type === "directory" && isWithin(from, replaced.inode)) throw new Errno("ENOTEMPTY");
    if (replaced?.inode === inode) return;
    if (replaced !== undefined) checkReplaceable(inode, replaced.inode);
    else if (to.links === 0) throw new Errno("ENOENT", to.changedBy);
    // ext4 writes a file's data out before a rename that replaces another (auto_da_alloc).
    const flushed = replaced !== undefined && inode.type === "file" ? inode.unsynced.end : -1;
    if (from === to) {
      this.forget(from, fromName);
      inode.links--;
      this.enter(to, toName, inode, "rename", fromName, flushed);
    } else {
      this.enter(to, toName, inode, "link", undefined, flushed);
      this.remove(from, fromName, inode);
    }
    if (inode.type === "directory") inode.parent = to;
  }

  private checkNew(directory: DirectoryInode, name: string): void {
    const taken = directory.entries.get(name);
    if (taken !== undefined) throw new Errno("EEXIST", taken.event);
    checkName(name);
    if (directory.links === 0) throw new Errno("ENOENT", directory.changedBy);
    if (this.freeBytes < PAGE_BYTES) throw new Errno("ENOSPC");
  }

  /** Puts a name into a directory, over whatever it led to. */
  private enter(
    directory: DirectoryInode,
    name: string,
    inode: AnyInode,
    kind: "link" | "rename",
    from: string | undefined,
    flushed: number,
  ): void {
    const replaced = directory.entries.get(name)?.inode;
    directory.entries.set(name, { inode, event: this.kernel.event });
    directory.vanished.delete(name);
    inode.links++;
    inode.durableLinks++;
    this.logDirectory(directory, { kind, name, from, inode, order: this.nextOrder++, flushed });
    if (replaced !== undefined) {
      replaced.links--;
      this.release(replaced);
    }
    this.onChange?.(directory, name, "rename");
  }

  private remove(directory: DirectoryInode, name: string, inode: AnyInode): void {
    this.forget(directory, name);
    inode.links--;
    inode.changedBy = this.kernel.event;
    this.logDirectory(directory, {
      kind: "unlink",
      name,
      from: undefined,
      inode,
      order: this.nextOrder++,
      flushed: -1,
    });
    this.release(inode);
    this.onChange?.(directory, name, "rename");
  }

  private forget(directory: DirectoryInode, name: string): void {
    directory.entries.delete(name);
    rememberLatest(directory.vanished, name, this.kernel.event);
  }

  private logDirectory(directory: DirectoryInode, operation: DirectoryOperation): void {
    directory.unsynced.push(operation);
    this.touch(directory);
    if (!this.dirtyDirectories.has(directory)) {
      this.dirtyDirectories.add(directory);
      this.onDirty();
    }
  }

  // Data

  stat(inode: AnyInode): FileStat {
    const size = inode.type === "file" ? inode.size : 0;
    return { type: inode.type, size, inode: inode.number, links: inode.links, modified: inode.modified };
  }

  read(file: FileInode, buffer: Uint8Array, offset: number, length: number, position: number): number {
    if (position >= file.size || length === 0) return 0;
    const count = Math.min(length, file.size - position);
    file.unsynced.read(buffer, offset, count, position);
    return count;
  }

  /**
   * Writes a copy that the caller got from {@link slabs}, which from here on belongs to the log.
   *
   * @param direct past the page cache
   * @returns bytes written: fewer when the disk is nearly full
   * @throws Errno ENOSPC, EFBIG; the copy stays the caller's then
   */
  write(file: FileInode, slab: Slab, start: number, length: number, position: number, direct: boolean): number {
    const count = length === 0 ? 0 : this.roomFor(file, position, length);
    if (count === 0) {
      this.slabs.release(slab);
      return 0;
    }
    this.resize(file, Math.max(file.size, position + count));
    file.unsynced.append({ position, length: count, slab, start, sizeAfter: file.size, direct });
    this.changed(file);
    return count;
  }

  /** @throws Errno ENOSPC, EFBIG */
  truncate(file: FileInode, length: number): void {
    if (length > this.options.maxFileBytes) throw new Errno("EFBIG");
    if (length > file.size && (pagesOf(length) - pagesOf(file.size)) * PAGE_BYTES > this.freeBytes) {
      throw new Errno("ENOSPC");
    }
    this.resize(file, length);
    file.unsynced.append({
      position: length,
      length: TRUNCATION,
      slab: undefined,
      start: 0,
      sizeAfter: length,
      direct: false,
    });
    this.changed(file);
  }

  private roomFor(file: FileInode, position: number, length: number): number {
    if (position >= this.options.maxFileBytes) throw new Errno("EFBIG");
    const wanted = Math.min(length, this.options.maxFileBytes - position);
    const allocated = pagesOf(file.size) * PAGE_BYTES;
    if (position + wanted <= allocated) return wanted;
    const room = allocated + this.freeBytes - position;
    if (room <= 0) throw new Errno("ENOSPC");
    return Math.min(wanted, room);
  }

  private resize(file: FileInode, size: number): void {
    if (size === file.size) return;
    this.usedPages += pagesOf(size) - pagesOf(file.size);
    file.size = size;
  }

  private changed(file: FileInode): void {
    this.touch(file);
    if (!this.dirtyFiles.has(file)) {
      this.dirtyFiles.add(file);
      this.onDirty();
    }
  }

  private touch(inode: AnyInode): void {
    inode.modified = RUN_BEGINS + Math.floor(this.kernel.now / 1_000);
    inode.change++;
    inode.changedBy = this.kernel.event;
  }

  // Durability

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

  private release(inode: AnyInode): void {
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
  continueFrom(original: Volume): void {
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
    for (const inode of this.inodes.values()) if (inode.type === "file") this.usedPages += pagesOf(inode.size);
  }
}

/** Keeps what came last, up to a bound. */
function rememberLatest<Key>(map: Map<Key, number>, key: Key, event: number): void {
  map.delete(key);
  map.set(key, event);
  if (map.size <= VANISHED_KEPT) return;
  for (const oldest of map.keys()) {
    map.delete(oldest);
    break;
  }
}

function isWithin(directory: DirectoryInode, ancestor: DirectoryInode): boolean {
  for (let at = directory; ; at = at.parent) {
    if (at === ancestor) return true;
    if (at.parent === at) return false;
  }
}

function checkReplaceable(inode: AnyInode, replaced: AnyInode): void {
  if (inode.type === "directory") {
    if (replaced.type !== "directory") throw new Errno("ENOTDIR");
    if (replaced.entries.size > 0) throw new Errno("ENOTEMPTY");
  } else if (replaced.type === "directory") throw new Errno("EISDIR");
}
