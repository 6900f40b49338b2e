import type { FileStat } from "../../host/file-system.ts";
import { TRUNCATION, type WriteFate } from "./data-entry.ts";
import { Errno } from "./errno.ts";
import { DirectoryInode, FileInode, type AnyInode, type DirectoryOperation } from "./inode.ts";
import { InodeTable, rememberLatest } from "./inode-table.ts";
import { PAGE_BYTES, pagesOf } from "./page.ts";
import { checkName, parsePath } from "./path.ts";
import type { Slab } from "./slab.ts";

export type { CrashModel, VolumeMemory, VolumeOptions } from "./inode-table.ts";

/** A change that a watcher may want to hear of. */
export type VolumeListener = (directory: DirectoryInode, name: string, type: "rename" | "change") => void;

/** Where a path ends: a directory and a name in it, which may not exist. The name is "" for the root. */
export interface Place {
  readonly directory: DirectoryInode;
  readonly name: string;
  readonly trailingSlash: boolean;
}

/**
 * A file system's structure and bytes as its users see them, over what is durable of both. Every method happens at once; time, faults and who may ask are the business of those above. Methods
 * throw {@link Errno}.
 */
export class Volume extends InodeTable {
  onChange: VolumeListener | undefined;

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
    if (this.freeBytes < PAGE_BYTES) throw this.full();
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

  /** Reads past the page cache: what memory holds un-synced of the range is written to the disk first. */
  readDirect(file: FileInode, buffer: Uint8Array, offset: number, length: number, position: number): number {
    if (position >= file.size || length === 0) return 0;
    const count = Math.min(length, file.size - position);
    file.unsynced.flush(position, count);
    file.unsynced.readDirect(buffer, offset, count, position);
    return count;
  }

  /**
   * Writes a copy that the caller got from {@link slabs}, which from here on belongs to the log.
   *
   * @param direct past the page cache: what that holds of the range is written before and given up
   * @param fate what becomes of the write on its way to the disk, when a fault strikes it
   * @returns bytes written: fewer when the disk is nearly full
   * @throws Errno ENOSPC, EFBIG; the copy stays the caller's then
   */
  write(
    file: FileInode,
    slab: Slab,
    start: number,
    length: number,
    position: number,
    direct: boolean,
    fate?: WriteFate,
  ): number {
    const count = length === 0 ? 0 : this.roomFor(file, position, length);
    if (count === 0) {
      this.slabs.release(slab);
      return 0;
    }
    if (direct) {
      file.unsynced.flush(position, count);
      file.unsynced.durable.unmask(position, count);
      this.cache.discard(file, position, count);
    }
    this.resize(file, Math.max(file.size, position + count));
    file.unsynced.append({ position, length: count, slab, start, sizeAfter: file.size, direct, fate });
    this.changed(file);
    return count;
  }

  /** @throws Errno ENOSPC, EFBIG */
  truncate(file: FileInode, length: number): void {
    if (length > this.options.maxFileBytes) throw new Errno("EFBIG");
    if (length > file.size && (pagesOf(length) - pagesOf(file.size)) * PAGE_BYTES > this.freeBytes) {
      throw this.full();
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
    if (room <= 0) throw this.full();
    return Math.min(wanted, room);
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
