import type { FileSystemErrorCode } from "../../host/file-system-error.ts";
import {
  OpenFlag,
  type FileHandle,
  type FileLock,
  type FileStat,
  type FileSystem,
  type FileSystemStat,
  type Watcher,
  type WatchEvent,
} from "../../host/file-system.ts";
import { never, type Incarnation } from "../incarnation.ts";
import type { DiskCall } from "./disk-fault.ts";
import { traceDisk, type DiskEvent } from "./disk-events.ts";
import { Errno, withContext } from "./errno.ts";
import type { DirectoryInode, FileInode } from "./inode.ts";
import { FunctionCall, Settlers } from "./local-call.ts";
import { LocalFileHandle } from "./local-file-handle.ts";
import { areConsistentFlags } from "./open-flags.ts";
import { checkName, parsePath } from "./path.ts";
import { DirectorySyncCall } from "./sync-call.ts";
import type { VirtualDisk } from "./virtual-disk.ts";
import type { Place } from "./volume.ts";

/** A lock that an incarnation holds on a virtual disk. */
class LocalLock implements FileLock {
  held = true;
  readonly file: FileInode;
  private readonly mount: LocalFileSystem;
  private readonly path: string;

  constructor(mount: LocalFileSystem, path: string, file: FileInode) {
    this.mount = mount;
    this.path = path;
    this.file = file;
  }

  release(): Promise<void> {
    return this.mount.metadata("flock", this.path, undefined, () => {
      if (!this.held) return;
      this.mount.releaseLock(this);
      this.mount.report({ kind: "lock-released", path: this.path });
    });
  }
}

/** A virtual disk as one incarnation of a node sees it. */
export class LocalFileSystem implements FileSystem {
  readonly disk: VirtualDisk;
  readonly life: Incarnation;
  readonly handles = new Set<LocalFileHandle>();
  readonly settlers = new Settlers();
  private readonly locks = new Set<LocalLock>();

  constructor(disk: VirtualDisk, life: Incarnation) {
    this.disk = disk;
    this.life = life;
  }

  open(path: string, flags: number): Promise<FileHandle> {
    return this.metadata("open", path, undefined, () => {
      if (!areConsistentFlags(flags)) throw new Errno("EINVAL");
      const { volume } = this.disk;
      const place = volume.resolveParent(path);
      const file = this.openFile(place, path, flags);
      volume.hold(file);
      const handle = new LocalFileHandle(this, path, place.directory, place.name, file, flags);
      this.handles.add(handle);
      return handle;
    });
  }

  rename(from: string, to: string): Promise<void> {
    return this.metadata("rename", from, to, () => {
      const { volume } = this.disk;
      // A path out of order is refused before either is followed.
      parsePath(to);
      const source = volume.resolveParent(from);
      const target = volume.resolveParent(to);
      if (source.name === "" || target.name === "") throw new Errno("EBUSY");
      const moved = volume.lookup(source.directory, source.name);
      checkName(target.name);
      if (moved.type !== "directory" && (source.trailingSlash || target.trailingSlash)) throw new Errno("ENOTDIR");
      volume.rename(source.directory, source.name, target.directory, target.name);
      this.report({ kind: "file-renamed", path: from, to });
    });
  }

  link(existing: string, created: string): Promise<void> {
    return this.metadata("link", existing, created, () => {
      const { volume } = this.disk;
      parsePath(created);
      const inode = volume.resolve(existing);
      const place = volume.resolveParent(created);
      if (place.name === "") throw new Errno("EEXIST");
      if (place.trailingSlash && volume.find(place.directory, place.name) === undefined) throw new Errno("ENOENT");
      volume.link(inode, place.directory, place.name);
      this.report({ kind: "file-linked", path: existing, to: created });
    });
  }

  unlink(path: string): Promise<void> {
    return this.metadata("unlink", path, undefined, () => {
      const { volume } = this.disk;
      const place = volume.resolveParent(path);
      if (place.name === "") throw new Errno("EISDIR");
      if (place.trailingSlash && volume.lookup(place.directory, place.name).type === "file") throw new Errno("ENOTDIR");
      volume.unlink(place.directory, place.name);
      this.report({ kind: "file-unlinked", path });
    });
  }

  readdir(path: string): Promise<string[]> {
    return this.metadata("readdir", path, undefined, () => {
      const directory = this.disk.volume.resolveDirectory(path);
      const names = [...directory.entries.keys()].sort();
      this.disk.kernel.link(directory.changedBy);
      for (const name of names) this.disk.kernel.fingerprint.mixString(name);
      return names;
    });
  }

  mkdir(path: string): Promise<void> {
    return this.metadata("mkdir", path, undefined, () => {
      const { volume } = this.disk;
      const place = volume.resolveParent(path);
      if (place.name === "") throw new Errno("EEXIST");
      volume.mkdir(place.directory, place.name);
      this.report({ kind: "directory-created", path });
    });
  }

  rmdir(path: string): Promise<void> {
    return this.metadata("rmdir", path, undefined, () => {
      const { volume } = this.disk;
      const place = volume.resolveParent(path);
      if (place.name === "") throw new Errno("EBUSY");
      volume.rmdir(place.directory, place.name);
      this.report({ kind: "directory-removed", path });
    });
  }

  stat(path: string): Promise<FileStat> {
    return this.metadata("stat", path, undefined, () => {
      const { kernel, volume } = this.disk;
      const inode = volume.resolve(path);
      kernel.link(inode.changedBy);
      const stat = volume.stat(inode);
      kernel.fingerprint.mix(stat.inode);
      kernel.fingerprint.mixNumber(stat.size);
      return stat;
    });
  }

  statfs(): Promise<FileSystemStat> {
    return this.metadata("statfs", "/", undefined, () => this.disk.volume.statfs());
  }

  syncDirectory(path: string): Promise<void> {
    if (!this.life.alive) return never();
    const { queue } = this.disk;
    const directory = this.knownDirectory(path);
    const clean = directory === undefined || directory.unsynced.length === 0;
    return new DirectorySyncCall(this, path).submit(clean ? queue.cached(0) : queue.flush(4_096));
  }

  /** @throws FileSystemError ENOENT, ENOTDIR, EINVAL: at once, as the real one does */
  watch(path: string, listener: (event: WatchEvent) => void): Watcher {
    if (!this.life.alive) return { close: () => undefined };
    const directory = withContext("watch", path, undefined, () => this.disk.volume.resolveDirectory(path));
    return this.disk.addWatcher(this.life, directory, listener);
  }

  lock(path: string): Promise<FileLock> {
    return this.metadata("flock", path, undefined, () => {
      const { volume, locks } = this.disk;
      const file = this.openFile(volume.resolveParent(path), path, OpenFlag.READ_WRITE | OpenFlag.CREATE);
      const lock = new LocalLock(this, path, file);
      if (!locks.take(file.number, lock)) throw new Errno("EAGAIN");
      // The lock is on an open file: it outlives the name.
      volume.hold(file);
      this.locks.add(lock);
      this.report({ kind: "lock-taken", path });
      return lock;
    });
  }

  /** The incarnation has ended: the system closes its files and drops its locks. */
  end(): void {
    const { volume } = this.disk;
    for (const handle of this.handles) volume.letGo(handle.file);
    this.handles.clear();
    for (const lock of [...this.locks]) this.releaseLock(lock);
  }

  releaseLock(lock: FileLock): void {
    if (!(lock instanceof LocalLock) || !this.locks.delete(lock)) return;
    lock.held = false;
    this.disk.locks.release(lock.file.number, lock);
    this.disk.volume.letGo(lock.file);
  }

  report(event: DiskEvent): void {
    if (this.disk.kernel.tracing) traceDisk(this.disk.kernel, this.life.host, event);
  }

  /** Rejects, as late as a call that the page cache answers. */
  refuse<T>(code: FileSystemErrorCode, call: DiskCall, path: string): Promise<T> {
    return this.metadata(call, path, undefined, (): T => {
      throw new Errno(code);
    });
  }

  /** A call that takes no time on the device. */
  metadata<T>(call: DiskCall, path: string, destination: string | undefined, effect: () => T): Promise<T> {
    if (!this.life.alive) return never();
    const { kernel, queue } = this.disk;
    const perform = (): T => {
      kernel.fingerprint.mixString(path);
      if (destination !== undefined) kernel.fingerprint.mixString(destination);
      return effect();
    };
    return new FunctionCall(this, call, path, destination, perform).submit(queue.cached(0));
  }

  /** The directory that a path leads to, when it leads to one now. */
  knownDirectory(path: string): DirectoryInode | undefined {
    try {
      return this.disk.volume.resolveDirectory(path);
    } catch (error) {
      if (error instanceof Errno) return undefined;
      throw error;
    }
  }

  private openFile(place: Place, path: string, flags: number): FileInode {
    const { kernel, volume } = this.disk;
    const { directory, name } = place;
    const entry = name === "" ? undefined : directory.entries.get(name);
    const found = name === "" ? directory : entry?.inode;
    const creates = (flags & OpenFlag.CREATE) !== 0;
    if (creates && place.trailingSlash) throw new Errno("EISDIR");
    if (found === undefined) {
      if (!creates) volume.lookup(directory, name);
      const created = volume.create(directory, name);
      this.report({ kind: "file-created", path });
      return created;
    }
    kernel.link(entry?.event ?? 0);
    if (creates && (flags & OpenFlag.EXCLUSIVE) !== 0) throw new Errno("EEXIST", entry?.event);
    if (found.type === "directory") throw new Errno("EISDIR");
    if (place.trailingSlash) throw new Errno("ENOTDIR");
    if ((flags & OpenFlag.TRUNCATE) !== 0 && found.size > 0) {
      volume.truncate(found, 0);
      this.report({ kind: "file-truncated", path, length: 0 });
    }
    return found;
  }
}
