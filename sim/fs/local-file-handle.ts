import { OpenFlag, type FileHandle, type FileStat } from "../../host/file-system.ts";
import type { Duration } from "../../host/time.ts";
import { never } from "../incarnation.ts";
import type { DiskCall } from "./disk-fault.ts";
import { traceDisk } from "./disk-events.ts";
import type { DirectoryInode, FileInode } from "./inode.ts";
import { FunctionCall, ReadCall, WriteCall } from "./local-call.ts";
import type { LocalFileSystem } from "./local-file-system.ts";
import { isTransfer } from "./open-flags.ts";
import { SyncCall } from "./sync-call.ts";

/** A file opened on a virtual disk. */
export class LocalFileHandle implements FileHandle {
  readonly file: FileInode;
  private readonly mount: LocalFileSystem;
  private readonly path: string;
  private readonly directory: DirectoryInode;
  private readonly name: string;
  private readonly flags: number;
  private closed = false;
  /** What this handle has been told of writes that were given up. */
  lostWrites: number;

  constructor(
    mount: LocalFileSystem,
    path: string,
    directory: DirectoryInode,
    name: string,
    file: FileInode,
    flags: number,
  ) {
    this.mount = mount;
    this.path = path;
    this.directory = directory;
    this.name = name;
    this.file = file;
    this.flags = flags;
    this.lostWrites = file.lostWrites;
  }

  read(buffer: Uint8Array, offset: number, length: number, position: number): Promise<number> {
    const { mount, file } = this;
    if (!mount.life.alive) return never();
    if (this.closed) return mount.refuse("EBADF", "pread", this.path);
    const direct = (this.flags & OpenFlag.DIRECT) !== 0;
    if (!isTransfer(buffer, offset, length, position, direct)) return mount.refuse("EINVAL", "pread", this.path);
    // Node answers a read of nothing without asking the system.
    if (length > 0 && (this.flags & OpenFlag.READ) === 0) return mount.refuse("EBADF", "pread", this.path);
    const { queue, volume } = mount.disk;
    const bytes = Math.max(0, Math.min(length, file.size - position));
    const missing = direct ? bytes : volume.cache.load(file, position, bytes);
    const delay = missing > 0 ? queue.read(missing) : queue.cached(bytes);
    const flushed = direct ? this.flushTime(position, bytes) : 0;
    return new ReadCall(mount, this.path, file, buffer, offset, length, position, direct).submit(flushed + delay);
  }

  write(buffer: Uint8Array, offset: number, length: number, position: number): Promise<number> {
    const { mount, file } = this;
    if (!mount.life.alive) return never();
    if (this.closed) return mount.refuse("EBADF", "pwrite", this.path);
    const direct = (this.flags & OpenFlag.DIRECT) !== 0;
    if (!isTransfer(buffer, offset, length, position, direct)) return mount.refuse("EINVAL", "pwrite", this.path);
    if ((this.flags & OpenFlag.WRITE) === 0) return mount.refuse("EBADF", "pwrite", this.path);
    const { disk } = mount;
    const at = (this.flags & OpenFlag.APPEND) !== 0 ? -1 : position;
    if (!direct && position < disk.volume.options.maxFileBytes) {
      disk.volume.cache.load(file, at < 0 ? file.size : position, length);
    }
    const flushed = direct ? this.flushTime(at < 0 ? file.size : position, length) : 0;
    const delay = flushed + (direct ? disk.queue.write(length) : disk.queue.cached(length));
    const written = new WriteCall(mount, this.path, file, buffer, offset, length, at, direct).submit(delay);
    if (disk.watched) void written.then(this.announce, () => undefined);
    return written;
  }

  sync(): Promise<void> {
    const { mount, file } = this;
    if (!mount.life.alive) return never();
    if (this.closed) return mount.refuse("EBADF", "fsync", this.path);
    const { queue } = mount.disk;
    const clean = file.unsynced.entries.length === 0;
    const delay = clean ? queue.cached(0) : queue.flush(file.unsynced.dirtyBytes);
    return new SyncCall(mount, this.path, file, this).submit(delay);
  }

  /** The size is all the metadata that an inode here has to make durable, so both syncs do the same. */
  datasync(): Promise<void> {
    return this.sync();
  }

  truncate(length: number): Promise<void> {
    const { mount, file } = this;
    const valid = Number.isSafeInteger(length) && length >= 0 && (this.flags & OpenFlag.WRITE) !== 0;
    return this.call("ftruncate", valid, () => {
      const { kernel, volume } = mount.disk;
      volume.truncate(file, length);
      kernel.fingerprint.mixNumber(length);
      if (kernel.tracing) traceDisk(kernel, mount.life.host, { kind: "file-truncated", path: this.path, length });
      this.announce();
    });
  }

  stat(): Promise<FileStat> {
    const { mount, file } = this;
    return this.call("stat", true, () => {
      mount.disk.kernel.link(file.changedBy);
      return mount.disk.volume.stat(file);
    });
  }

  close(): Promise<void> {
    const { mount } = this;
    if (!mount.life.alive) return never();
    if (this.closed) return mount.refuse("EBADF", "close", this.path);
    this.closed = true;
    // Given back even when the call fails, and even when its caller does not live to see it.
    const giveBack = (): void => {
      mount.handles.delete(this);
      mount.disk.volume.letGo(this.file);
    };
    const nothing = (): void => undefined;
    const call = new FunctionCall(mount, "close", this.path, undefined, nothing, giveBack);
    return call.submit(mount.disk.queue.cached(0));
  }

  /** What a direct transfer waits for first: the cached writes of its range go to the disk. */
  private flushTime(position: number, length: number): Duration {
    const dirty = this.file.unsynced.dirtyWithin(position, length);
    return dirty === 0 ? 0 : this.mount.disk.queue.write(dirty);
  }

  private call<T>(name: DiskCall, valid: boolean, effect: () => T): Promise<T> {
    const { mount, file } = this;
    if (!mount.life.alive) return never();
    if (this.closed) return mount.refuse("EBADF", name, this.path);
    if (!valid) return mount.refuse("EINVAL", name, this.path);
    const { volume, queue, kernel } = mount.disk;
    volume.hold(file);
    const perform = (): T => {
      kernel.fingerprint.mix(file.number);
      return effect();
    };
    const call = new FunctionCall(mount, name, this.path, undefined, perform, () => {
      volume.letGo(file);
    });
    return call.submit(queue.cached(0));
  }

  /** Tells watchers that the content has changed. */
  private readonly announce = (): void => {
    this.mount.disk.announceChange(this.directory, this.name);
  };
}
