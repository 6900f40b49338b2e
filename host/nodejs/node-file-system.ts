import {
  close,
  closeSync,
  constants,
  fstatSync,
  fsync,
  link,
  mkdir,
  open,
  readdir,
  realpathSync,
  rename,
  rmdir,
  stat,
  statfs,
  statSync,
  unlink,
  watch,
  type BigIntStats,
  type FSWatcher,
  type StatsFs,
} from "node:fs";
import { FileSystemError, isFileSystemError } from "../file-system-error.ts";
import {
  OpenFlag,
  type FileHandle,
  type FileLock,
  type FileStat,
  type FileSystem,
  type FileSystemStat,
  type Watcher,
  type WatchEvent,
} from "../file-system.ts";
import type { Lifetime } from "./lifetime.ts";
import { translateError } from "./node-error.ts";
import { NodeFileHandle, toFileStat } from "./node-file-handle.ts";
import { NodeFileLock } from "./node-file-lock.ts";

/** As much as the engine reads or writes at once by default: about 50 µs of copying. */
export const DEFAULT_BLOCKING_BYTES = 128 * 1_024;

const ALL_FLAGS = Object.values(OpenFlag).reduce((all, flag) => all | flag, 0);

/**
 * A real directory as a mount. Paths cannot climb out of it by "..", but symbolic links that somebody put into it are
 * followed. What cannot be shaken off is the kernel's: error codes are those of the machine it runs on.
 */
export class NodeFileSystem implements FileSystem {
  private readonly root: string;
  private readonly lifetime: Lifetime;
  private readonly onWatchFailure: (error: unknown) => void;
  private readonly blockingBytes: number;

  /**
   * @param root a directory that exists
   * @param lifetime of the incarnation for which it is mounted
   * @param onWatchFailure called when a watcher fails or its listener throws
   * @param blockingBytes buffered reads and writes up to this size are made on the caller's thread; see NodeFileHandle
   * @throws FileSystemError ENOENT, ENOTDIR
   */
  constructor(
    root: string,
    lifetime: Lifetime,
    onWatchFailure: (error: unknown) => void,
    blockingBytes = DEFAULT_BLOCKING_BYTES,
  ) {
    let isDirectory: boolean;
    try {
      this.root = realpathSync(root);
      isDirectory = statSync(this.root).isDirectory();
    } catch (error) {
      throw translateError(error, "mount", root);
    }
    if (!isDirectory) throw new FileSystemError("ENOTDIR", "mount", root);
    this.lifetime = lifetime;
    this.onWatchFailure = onWatchFailure;
    this.blockingBytes = blockingBytes;
  }

  open(path: string, flags: number): Promise<FileHandle> {
    return this.lifetime.during(async () => {
      if (!areConsistent(flags)) throw new FileSystemError("EINVAL", "open", path);
      const direct = (flags & OpenFlag.DIRECT) !== 0;
      if (direct && !("O_DIRECT" in constants)) throw new FileSystemError("ENOTSUP", "open", path);
      const real = this.resolve("open", path);
      let fd: number;
      try {
        fd = await call<number>("open", path, (done) => open(real, toNodeFlags(flags), 0o666, done));
      } catch (error) {
        // The flags are consistent: what the kernel refuses is to bypass the cache of this file system.
        if (direct && isFileSystemError(error, "EINVAL")) throw new FileSystemError("ENOTSUP", "open", path);
        throw error;
      }
      // Opening a directory to read succeeds on POSIX systems. The call answers from memory: no need for a thread.
      if ((flags & OpenFlag.WRITE) === 0 && fstatSync(fd).isDirectory()) {
        closeSync(fd);
        throw new FileSystemError("EISDIR", "open", path);
      }
      return new NodeFileHandle(fd, path, flags, this.lifetime, this.blockingBytes);
    });
  }

  rename(from: string, to: string): Promise<void> {
    return this.lifetime.during(() => {
      const [realFrom, realTo] = [this.resolve("rename", from, to), this.resolve("rename", to)];
      if (realFrom === this.root || realTo === this.root) throw new FileSystemError("EBUSY", "rename", from, to);
      return call("rename", from, (done) => rename(realFrom, realTo, done), to);
    });
  }

  link(existing: string, created: string): Promise<void> {
    return this.lifetime.during(() => {
      const [realExisting, realCreated] = [this.resolve("link", existing, created), this.resolve("link", created)];
      return call("link", existing, (done) => link(realExisting, realCreated, done), created);
    });
  }

  unlink(path: string): Promise<void> {
    return this.lifetime.during(() => {
      const real = this.resolve("unlink", path);
      return call("unlink", path, (done) => unlink(real, done));
    });
  }

  readdir(path: string): Promise<string[]> {
    return this.lifetime.during(async () => {
      const real = this.resolve("readdir", path);
      return (await call<string[]>("readdir", path, (done) => readdir(real, done))).sort();
    });
  }

  mkdir(path: string): Promise<void> {
    return this.lifetime.during(() => {
      const real = this.resolve("mkdir", path);
      return call("mkdir", path, (done) => mkdir(real, done));
    });
  }

  rmdir(path: string): Promise<void> {
    return this.lifetime.during(() => {
      const real = this.resolve("rmdir", path);
      if (real === this.root) throw new FileSystemError("EBUSY", "rmdir", path);
      return call("rmdir", path, (done) => rmdir(real, done));
    });
  }

  stat(path: string): Promise<FileStat> {
    return this.lifetime.during(async () => {
      const real = this.resolve("stat", path);
      return toFileStat(await call<BigIntStats>("stat", path, (done) => stat(real, { bigint: true }, done)));
    });
  }

  statfs(): Promise<FileSystemStat> {
    return this.lifetime.during(async () => {
      const found = await call<StatsFs>("statfs", "/", (done) => statfs(this.root, done));
      return { totalBytes: found.blocks * found.bsize, freeBytes: found.bavail * found.bsize };
    });
  }

  syncDirectory(path: string): Promise<void> {
    return this.lifetime.during(async () => {
      const real = this.resolve("fsync", path);
      const flags = constants.O_RDONLY | constants.O_DIRECTORY;
      const fd = await call<number>("open", path, (done) => open(real, flags, done));
      try {
        await call<void>("fsync", path, (done) => fsync(fd, done));
      } finally {
        await call<void>("close", path, (done) => close(fd, done));
      }
    });
  }

  watch(path: string, listener: (event: WatchEvent) => void): Watcher {
    if (this.lifetime.ended) return { close: () => undefined };
    const real = this.resolve("watch", path);
    let watcher: FSWatcher;
    try {
      watcher = watch(real, (type, name) => {
        if (name === null) return;
        try {
          listener({ type, name });
        } catch (error) {
          this.onWatchFailure(error);
        }
      });
    } catch (error) {
      throw translateError(error, "watch", path);
    }
    watcher.on("error", (error) => this.onWatchFailure(translateError(error, "watch", path)));
    const forget = this.lifetime.hold(() => watcher.close());
    return {
      close: () => {
        forget();
        watcher.close();
      },
    };
  }

  lock(path: string): Promise<FileLock> {
    return this.lifetime.during(() => NodeFileLock.take(this.resolve("flock", path), path, this.lifetime));
  }

  private resolve(syscall: string, path: string, destination?: string): string {
    if (!path.startsWith("/") || path.includes("\0") || path.split("/").includes("..")) {
      throw new FileSystemError("EINVAL", syscall, path, destination);
    }
    return /^\/+$/.test(path) ? this.root : this.root + path;
  }
}

function call<T>(
  syscall: string,
  path: string,
  start: (done: (error: NodeJS.ErrnoException | null, value: T) => void) => void,
  destination?: string,
): Promise<T> {
  return new Promise((resolve, reject) => {
    start((error, value) => {
      if (error) reject(translateError(error, syscall, path, destination));
      else resolve(value);
    });
  });
}

/** Whether the bits are known, say how the file is used, and do not ask for what needs more than that. */
function areConsistent(flags: number): boolean {
  if (!Number.isInteger(flags) || (flags & ~ALL_FLAGS) !== 0 || (flags & OpenFlag.READ_WRITE) === 0) return false;
  if ((flags & OpenFlag.EXCLUSIVE) !== 0 && (flags & OpenFlag.CREATE) === 0) return false;
  return (flags & OpenFlag.WRITE) !== 0 || (flags & (OpenFlag.TRUNCATE | OpenFlag.APPEND)) === 0;
}

function toNodeFlags(flags: number): number {
  const access = flags & OpenFlag.READ_WRITE;
  let bits =
    access === OpenFlag.READ_WRITE
      ? constants.O_RDWR
      : access === OpenFlag.WRITE
        ? constants.O_WRONLY
        : constants.O_RDONLY;
  if (flags & OpenFlag.CREATE) bits |= constants.O_CREAT;
  if (flags & OpenFlag.EXCLUSIVE) bits |= constants.O_EXCL;
  if (flags & OpenFlag.TRUNCATE) bits |= constants.O_TRUNC;
  if (flags & OpenFlag.APPEND) bits |= constants.O_APPEND;
  if (flags & OpenFlag.DIRECT) bits |= constants.O_DIRECT;
  return bits;
}
