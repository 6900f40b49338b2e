import type { FileHandle, FileLock, FileStat, FileSystem, FileSystemStat, Watcher } from "../../host/file-system.ts";
import { OpenFlag, type WatchEvent } from "../../host/file-system.ts";
import type { MountableDisk, Wait } from "../../sim/device.ts";
import type { EndOfLife, Incarnation } from "../../sim/incarnation.ts";
import type { VirtualDisk } from "../../sim/fs/virtual-disk.ts";

/** A call on a disk, as it took effect. */
export interface RecordedCall {
  /** Counts the calls in the order in which they took effect, from 1. */
  readonly index: number;
  /** "pwrite /db/000003.log 0+120". */
  readonly text: string;
  /** Whether it may have changed what is on the disk or in its page cache. */
  readonly changes: boolean;
  /** Whether it was refused. */
  readonly failed: boolean;
}

/** Told of each call right after it took effect, before whoever made it knows. */
export type CallListener = (call: RecordedCall) => void;

/** A virtual disk that tells of the calls that it has carried out, while somebody listens. */
export class RecordingDisk implements MountableDisk {
  listener: CallListener | undefined;
  private readonly disk: VirtualDisk;
  private calls = 0;

  constructor(disk: VirtualDisk) {
    this.disk = disk;
  }

  /** Starts to count, and to tell, anew. */
  listen(listener: CallListener | undefined): void {
    this.calls = 0;
    this.listener = listener;
  }

  mount(incarnation: Incarnation): FileSystem {
    const mounted = this.disk.mount(incarnation);
    return this.listener === undefined ? mounted : new RecordingFileSystem(this, mounted);
  }

  ended(incarnation: Incarnation, how: EndOfLife): void {
    this.disk.ended(incarnation, how);
  }

  /** What a loss of power leaves is for the explorer to say. */
  powerLost(): void {}

  wiped(host: string): void {
    this.disk.wiped(host);
  }

  waits(): Wait[] {
    return this.disk.waits();
  }

  /** Passes a call's outcome on, and tells of it first. */
  watch<T>(text: string, changes: boolean, outcome: Promise<T>): Promise<T> {
    const over = (failed: boolean): void => {
      this.listener?.({ index: ++this.calls, text, changes, failed });
    };
    return outcome.then(
      (value) => {
        over(false);
        return value;
      },
      (error: unknown) => {
        over(true);
        throw error;
      },
    );
  }
}

class RecordingFileSystem implements FileSystem {
  private readonly disk: RecordingDisk;
  private readonly inner: FileSystem;

  constructor(disk: RecordingDisk, inner: FileSystem) {
    this.disk = disk;
    this.inner = inner;
  }

  async open(path: string, flags: number): Promise<FileHandle> {
    const changes = (flags & (OpenFlag.CREATE | OpenFlag.TRUNCATE)) !== 0;
    const handle = await this.disk.watch(`open ${path}`, changes, this.inner.open(path, flags));
    return new RecordingFileHandle(this.disk, path, handle);
  }

  rename(from: string, to: string): Promise<void> {
    return this.disk.watch(`rename ${from} ${to}`, true, this.inner.rename(from, to));
  }

  link(existing: string, created: string): Promise<void> {
    return this.disk.watch(`link ${existing} ${created}`, true, this.inner.link(existing, created));
  }

  unlink(path: string): Promise<void> {
    return this.disk.watch(`unlink ${path}`, true, this.inner.unlink(path));
  }

  readdir(path: string): Promise<string[]> {
    return this.disk.watch(`readdir ${path}`, false, this.inner.readdir(path));
  }

  mkdir(path: string): Promise<void> {
    return this.disk.watch(`mkdir ${path}`, true, this.inner.mkdir(path));
  }

  rmdir(path: string): Promise<void> {
    return this.disk.watch(`rmdir ${path}`, true, this.inner.rmdir(path));
  }

  stat(path: string): Promise<FileStat> {
    return this.disk.watch(`stat ${path}`, false, this.inner.stat(path));
  }

  statfs(): Promise<FileSystemStat> {
    return this.disk.watch("statfs", false, this.inner.statfs());
  }

  syncDirectory(path: string): Promise<void> {
    return this.disk.watch(`fsync ${path}`, true, this.inner.syncDirectory(path));
  }

  watch(path: string, listener: (event: WatchEvent) => void): Watcher {
    return this.inner.watch(path, listener);
  }

  async lock(path: string): Promise<FileLock> {
    const lock = await this.disk.watch(`flock ${path}`, true, this.inner.lock(path));
    return {
      get held() {
        return lock.held;
      },
      release: () => this.disk.watch(`unlock ${path}`, false, lock.release()),
    };
  }
}

class RecordingFileHandle implements FileHandle {
  private readonly disk: RecordingDisk;
  private readonly path: string;
  private readonly inner: FileHandle;

  constructor(disk: RecordingDisk, path: string, inner: FileHandle) {
    this.disk = disk;
    this.path = path;
    this.inner = inner;
  }

  read(buffer: Uint8Array, offset: number, length: number, position: number): Promise<number> {
    const text = `pread ${this.path} ${position}+${length}`;
    return this.disk.watch(text, false, this.inner.read(buffer, offset, length, position));
  }

  write(buffer: Uint8Array, offset: number, length: number, position: number): Promise<number> {
    const text = `pwrite ${this.path} ${position}+${length}`;
    return this.disk.watch(text, true, this.inner.write(buffer, offset, length, position));
  }

  sync(): Promise<void> {
    return this.disk.watch(`fsync ${this.path}`, true, this.inner.sync());
  }

  datasync(): Promise<void> {
    return this.disk.watch(`fdatasync ${this.path}`, true, this.inner.datasync());
  }

  truncate(length: number): Promise<void> {
    return this.disk.watch(`ftruncate ${this.path} ${length}`, true, this.inner.truncate(length));
  }

  stat(): Promise<FileStat> {
    return this.disk.watch(`fstat ${this.path}`, false, this.inner.stat());
  }

  close(): Promise<void> {
    return this.disk.watch(`close ${this.path}`, false, this.inner.close());
  }
}
