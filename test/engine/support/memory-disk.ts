import { FileSystemError } from "../../../host/file-system-error.ts";
import {
  type FileHandle,
  type FileLock,
  type FileStat,
  type FileSystem,
  type FileSystemStat,
  OpenFlag,
  type Watcher,
} from "../../../host/file-system.ts";

/** One call on the disk: what a test may fail, count or watch. */
export interface DiskCall {
  readonly operation: string;
  readonly path: string;
}

class Inode {
  live: Uint8Array = new Uint8Array(0);
  size = 0;
  durable: Uint8Array = new Uint8Array(0);
  links = 1;
  readonly number: number;

  constructor(number: number) {
    this.number = number;
  }

  content(): Uint8Array {
    return this.live.slice(0, this.size);
  }

  replace(content: Uint8Array): void {
    this.live = content.slice();
    this.size = content.length;
  }
}

interface Directory {
  readonly live: Map<string, Inode | Directory>;
  durable: Map<string, Inode | Directory>;
}

function newDirectory(): Directory {
  return { live: new Map(), durable: new Map() };
}

/**
 * A disk in memory with a live and a durable image: {@link powerLoss} goes back to what was synced, or keeps what the
 * test says. Strict where an engine may be careless: a buffer changed while in flight is an error, and every call takes
 * a turn of the event loop.
 */
export class MemoryDisk {
  private readonly root = newDirectory();
  private inodes = 0;
  private generation = 0;
  private readonly locked = new Set<string>();
  readonly calls: DiskCall[] = [];
  /** May throw, to fail a call before it has any effect. */
  onCall: (call: DiskCall) => void = () => {};
  /** May throw, to fail a call after it took effect. */
  afterCall: (call: DiskCall) => void = () => {};

  /** The disk as a new incarnation of a host sees it; calls by earlier ones never complete. */
  mount(): FileSystem {
    return new MemoryFileSystem(this, this.generation);
  }

  /** The process dies: locks are given back, and nothing it awaits completes. */
  kill(): void {
    this.generation++;
    this.locked.clear();
  }

  /** The machine loses power: only what was synced is there again. */
  powerLoss(): void {
    this.kill();
    const restore = (directory: Directory): void => {
      directory.live.clear();
      for (const [name, node] of directory.durable) {
        directory.live.set(name, node);
        if (node instanceof Inode) node.replace(node.durable);
        else restore(node);
      }
    };
    restore(this.root);
  }

  /** A file's bytes, to be looked at. */
  contentOf(path: string): Uint8Array {
    return this.file(path, "read").content();
  }

  /** Puts other bytes in a file's place, durably: damage. */
  damage(path: string, change: (content: Uint8Array) => Uint8Array): void {
    const inode = this.file(path, "write");
    inode.replace(change(inode.content()));
    inode.durable = inode.content();
  }

  namesIn(path: string): string[] {
    return [...this.directory(path, "readdir").live.keys()].sort();
  }

  count(operation: string, path?: (path: string) => boolean): number {
    return this.calls.filter((call) => call.operation === operation && (path?.(call.path) ?? true)).length;
  }

  /** Carries out one call as the disk does: at the end of a turn, unless its caller is dead by then. */
  async perform<T>(generation: number, operation: string, path: string, action: () => T): Promise<T> {
    await Promise.resolve();
    if (generation !== this.generation) return new Promise(() => {});
    this.calls.push({ operation, path });
    this.onCall({ operation, path });
    const result = action();
    this.afterCall({ operation, path });
    return result;
  }

  find(path: string, operation: string): { directory: Directory; name: string; node: Inode | Directory | undefined } {
    const parts = path.split("/").filter((part) => part !== "");
    const name = parts.pop() ?? "";
    let directory = this.root;
    for (const part of parts) {
      const next = directory.live.get(part);
      if (next === undefined) throw new FileSystemError("ENOENT", operation, path);
      if (next instanceof Inode) throw new FileSystemError("ENOTDIR", operation, path);
      directory = next;
    }
    return { directory, name, node: name === "" ? directory : directory.live.get(name) };
  }

  file(path: string, operation: string): Inode {
    const { node } = this.find(path, operation);
    if (node === undefined) throw new FileSystemError("ENOENT", operation, path);
    if (!(node instanceof Inode)) throw new FileSystemError("EISDIR", operation, path);
    return node;
  }

  directory(path: string, operation: string): Directory {
    const { node } = this.find(path, operation);
    if (node === undefined) throw new FileSystemError("ENOENT", operation, path);
    if (node instanceof Inode) throw new FileSystemError("ENOTDIR", operation, path);
    return node;
  }

  newInode(): Inode {
    this.inodes++;
    return new Inode(this.inodes);
  }

  takeLock(path: string): void {
    if (this.locked.has(path)) throw new FileSystemError("EAGAIN", "flock", path);
    this.locked.add(path);
  }

  releaseLock(path: string): void {
    this.locked.delete(path);
  }
}

class MemoryFileSystem implements FileSystem {
  private readonly disk: MemoryDisk;
  private readonly generation: number;

  constructor(disk: MemoryDisk, generation: number) {
    this.disk = disk;
    this.generation = generation;
  }

  open(path: string, flags: number): Promise<FileHandle> {
    return this.call("open", path, () => {
      const { directory, name, node } = this.disk.find(path, "open");
      let inode = node;
      if (inode === undefined) {
        if ((flags & OpenFlag.CREATE) === 0) throw new FileSystemError("ENOENT", "open", path);
        inode = this.disk.newInode();
        directory.live.set(name, inode);
      } else if ((flags & OpenFlag.EXCLUSIVE) !== 0) {
        throw new FileSystemError("EEXIST", "open", path);
      }
      if (!(inode instanceof Inode)) throw new FileSystemError("EISDIR", "open", path);
      if ((flags & OpenFlag.TRUNCATE) !== 0) inode.size = 0;
      return new MemoryFileHandle(this.disk, this.generation, path, inode);
    });
  }

  rename(from: string, to: string): Promise<void> {
    return this.call("rename", from, () => {
      const source = this.disk.find(from, "rename");
      const target = this.disk.find(to, "rename");
      if (source.node === undefined) throw new FileSystemError("ENOENT", "rename", from, to);
      source.directory.live.delete(source.name);
      target.directory.live.set(target.name, source.node);
    });
  }

  link(existing: string, created: string): Promise<void> {
    return this.call("link", existing, () => {
      const inode = this.disk.file(existing, "link");
      const target = this.disk.find(created, "link");
      if (target.node !== undefined) throw new FileSystemError("EEXIST", "link", existing, created);
      inode.links++;
      target.directory.live.set(target.name, inode);
    });
  }

  unlink(path: string): Promise<void> {
    return this.call("unlink", path, () => {
      this.disk.file(path, "unlink").links--;
      const { directory, name } = this.disk.find(path, "unlink");
      directory.live.delete(name);
    });
  }

  readdir(path: string): Promise<string[]> {
    return this.call("readdir", path, () => this.disk.namesIn(path));
  }

  mkdir(path: string): Promise<void> {
    return this.call("mkdir", path, () => {
      const { directory, name, node } = this.disk.find(path, "mkdir");
      if (node !== undefined) throw new FileSystemError("EEXIST", "mkdir", path);
      directory.live.set(name, newDirectory());
    });
  }

  rmdir(path: string): Promise<void> {
    return this.call("rmdir", path, () => {
      const { directory, name } = this.disk.find(path, "rmdir");
      directory.live.delete(name);
    });
  }

  stat(path: string): Promise<FileStat> {
    return this.call("stat", path, () => {
      const { node } = this.disk.find(path, "stat");
      if (node === undefined) throw new FileSystemError("ENOENT", "stat", path);
      return statOf(node);
    });
  }

  statfs(): Promise<FileSystemStat> {
    return Promise.resolve({ totalBytes: 1e12, freeBytes: 1e12 });
  }

  syncDirectory(path: string): Promise<void> {
    return this.call("syncDirectory", path, () => {
      const directory = this.disk.directory(path, "fsync");
      directory.durable = new Map(directory.live);
    });
  }

  watch(): Watcher {
    return { close: () => {} };
  }

  lock(path: string): Promise<FileLock> {
    return this.call("lock", path, () => {
      const { directory, name, node } = this.disk.find(path, "open");
      if (node === undefined) directory.live.set(name, this.disk.newInode());
      this.disk.takeLock(path);
      return {
        held: true,
        release: () => this.call("unlock", path, () => this.disk.releaseLock(path)),
      };
    });
  }

  private call<T>(operation: string, path: string, action: () => T): Promise<T> {
    return this.disk.perform(this.generation, operation, path, action);
  }
}

class MemoryFileHandle implements FileHandle {
  private readonly disk: MemoryDisk;
  private readonly generation: number;
  private readonly path: string;
  private readonly inode: Inode;
  private closed = false;

  constructor(disk: MemoryDisk, generation: number, path: string, inode: Inode) {
    this.disk = disk;
    this.generation = generation;
    this.path = path;
    this.inode = inode;
  }

  read(buffer: Uint8Array, offset: number, length: number, position: number): Promise<number> {
    return this.call("read", () => {
      const available = this.inode.live.subarray(
        Math.min(position, this.inode.size),
        Math.min(position + length, this.inode.size),
      );
      // Short, now and then: a short read is no end of file.
      const count = available.length > 64 && (position & 1) === 1 ? available.length - 7 : available.length;
      buffer.set(available.subarray(0, count), offset);
      return count;
    });
  }

  write(buffer: Uint8Array, offset: number, length: number, position: number): Promise<number> {
    const promised = buffer.slice(offset, offset + length);
    return this.call("write", () => {
      for (let i = 0; i < length; i++) {
        if (buffer[offset + i] !== promised[i]) throw new Error(`a buffer was changed while in flight to ${this.path}`);
      }
      const count = length > 64 && (position & 1) === 1 ? length - 7 : length;
      const end = position + count;
      if (end > this.inode.live.length) {
        const grown = new Uint8Array(Math.max(end, this.inode.live.length * 2));
        grown.set(this.inode.live.subarray(0, this.inode.size));
        this.inode.live = grown;
      }
      if (position > this.inode.size) this.inode.live.fill(0, this.inode.size, position);
      this.inode.live.set(promised.subarray(0, count), position);
      this.inode.size = Math.max(this.inode.size, end);
      return count;
    });
  }

  sync(): Promise<void> {
    return this.call("sync", () => {
      this.inode.durable = this.inode.content();
    });
  }

  datasync(): Promise<void> {
    return this.sync();
  }

  truncate(length: number): Promise<void> {
    return this.call("truncate", () => {
      const content = new Uint8Array(length);
      content.set(this.inode.content().subarray(0, length));
      this.inode.replace(content);
    });
  }

  stat(): Promise<FileStat> {
    return this.call("stat", () => statOf(this.inode));
  }

  close(): Promise<void> {
    return this.call("close", () => {
      this.closed = true;
    });
  }

  private call<T>(operation: string, action: () => T): Promise<T> {
    return this.disk.perform(this.generation, operation, this.path, () => {
      if (this.closed) throw new FileSystemError("EBADF", operation, this.path);
      return action();
    });
  }
}

function statOf(node: Inode | Directory): FileStat {
  if (node instanceof Inode)
    return { type: "file", size: node.size, inode: node.number, links: node.links, modified: 0 };
  return { type: "directory", size: 0, inode: 0, links: 2, modified: 0 };
}
