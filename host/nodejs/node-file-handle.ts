import { close, fdatasync, fstat, fsync, ftruncate, read, readSync, write, writeSync, type BigIntStats } from "node:fs";
import { FileSystemError } from "../file-system-error.ts";
import { OpenFlag, type FileHandle, type FileStat } from "../file-system.ts";
import { DirectBuffer, SECTOR } from "./direct-buffer.ts";
import { never, type Lifetime } from "./lifetime.ts";
import { translateError } from "./node-error.ts";

type Transfer = (
  fd: number,
  buffer: Uint8Array,
  offset: number,
  length: number,
  position: number | null,
  done: (error: NodeJS.ErrnoException | null, bytes: number) => void,
) => void;

type BlockingTransfer = (
  fd: number,
  buffer: Uint8Array,
  offset: number,
  length: number,
  position: number | null,
) => number;

/**
 * A file opened on the real disk.
 *
 * Small buffered transfers are made at once, on the caller's thread: against the page cache they take microseconds, and
 * the way to a thread of the pool and back takes ten times as long. The price: a read that the page cache cannot answer,
 * or a write that the kernel throttles, holds up everything else in the process meanwhile. Syncs, direct and large
 * transfers go through the pool.
 */
export class NodeFileHandle implements FileHandle {
  private readonly fd: number;
  private readonly path: string;
  private readonly lifetime: Lifetime;
  private readonly append: boolean;
  private readonly direct: boolean;
  private readonly blockingBytes: number;
  private readonly forget: () => void;
  private readonly freeBuffers: DirectBuffer[] = [];
  private closed = false;
  private underway = 0;
  private onIdle: (() => void) | undefined;

  /**
   * @param fd an open descriptor, from now on this handle's
   * @param path within the mount, for messages
   * @param blockingBytes buffered transfers up to this size are made on the caller's thread
   */
  constructor(fd: number, path: string, flags: number, lifetime: Lifetime, blockingBytes: number) {
    this.fd = fd;
    this.path = path;
    this.lifetime = lifetime;
    this.append = (flags & OpenFlag.APPEND) !== 0;
    this.direct = (flags & OpenFlag.DIRECT) !== 0;
    this.blockingBytes = this.direct ? -1 : blockingBytes;
    this.forget = lifetime.hold(() => this.giveBack());
  }

  read(buffer: Uint8Array, offset: number, length: number, position: number): Promise<number> {
    if (!this.isTransfer(buffer, offset, length, position)) return this.refuse("EINVAL", "pread");
    if (length <= this.blockingBytes) return this.transferNow("pread", readSync, buffer, offset, length, position);
    if (this.direct) return this.readDirect(buffer, offset, length, position);
    return this.transfer("pread", read, buffer, offset, length, position);
  }

  write(buffer: Uint8Array, offset: number, length: number, position: number): Promise<number> {
    if (!this.isTransfer(buffer, offset, length, position)) return this.refuse("EINVAL", "pwrite");
    // Positional writes to a file opened for appending go to its end on Linux only; writes without a position everywhere.
    const at = this.append ? null : position;
    if (length <= this.blockingBytes) return this.transferNow("pwrite", writeSync, buffer, offset, length, at);
    if (this.direct) return this.writeDirect(buffer, offset, length, at);
    return this.transfer("pwrite", write, buffer, offset, length, at);
  }

  sync(): Promise<void> {
    return this.call<void>("fsync", (done) => fsync(this.fd, done));
  }

  datasync(): Promise<void> {
    return this.call<void>("fdatasync", (done) => fdatasync(this.fd, done));
  }

  truncate(length: number): Promise<void> {
    // Node would take a negative length for 0.
    if (!Number.isSafeInteger(length) || length < 0) return this.refuse("EINVAL", "ftruncate");
    return this.call<void>("ftruncate", (done) => ftruncate(this.fd, length, done));
  }

  async stat(): Promise<FileStat> {
    return toFileStat(await this.call<BigIntStats>("fstat", (done) => fstat(this.fd, { bigint: true }, done)));
  }

  close(): Promise<void> {
    if (this.closed) return this.refuse("EBADF", "close");
    return this.lifetime.during(async () => {
      this.forget();
      try {
        await this.giveBack();
      } catch (error) {
        throw translateError(error, "close", this.path);
      }
    });
  }

  /**
   * Closes the descriptor once nothing is under way on it: its number may be given to another file at once, and a write
   * still waiting for a thread would land there.
   */
  private async giveBack(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    if (this.underway > 0) await new Promise<void>((resolve) => (this.onIdle = resolve));
    await new Promise<void>((resolve, reject) => {
      close(this.fd, (error) => {
        if (error) reject(error);
        else resolve();
      });
    });
  }

  private isTransfer(buffer: Uint8Array, offset: number, length: number, position: number): boolean {
    return (
      Number.isSafeInteger(offset) &&
      Number.isSafeInteger(length) &&
      Number.isSafeInteger(position) &&
      offset >= 0 &&
      length >= 0 &&
      position >= 0 &&
      offset + length <= buffer.length &&
      (!this.direct || (offset % SECTOR === 0 && length % SECTOR === 0 && position % SECTOR === 0))
    );
  }

  private async readDirect(buffer: Uint8Array, offset: number, length: number, position: number): Promise<number> {
    const direct = this.takeBuffer(length);
    try {
      const bytes = await this.transferDirect("pread", read, direct, length, position);
      buffer.set(direct.view(bytes), offset);
      return bytes;
    } finally {
      this.freeBuffers.push(direct);
    }
  }

  private async writeDirect(buffer: Uint8Array, offset: number, length: number, at: number | null): Promise<number> {
    const direct = this.takeBuffer(length);
    const bytes = buffer.subarray(offset, offset + length);
    try {
      return await this.transferDirect("pwrite", write, direct, length, at, bytes);
    } finally {
      this.freeBuffers.push(direct);
    }
  }

  private async transferDirect(
    syscall: string,
    transfer: Transfer,
    direct: DirectBuffer,
    length: number,
    position: number | null,
    content?: Uint8Array,
  ): Promise<number> {
    for (;;) {
      const view = direct.view(length);
      if (content !== undefined) view.set(content);
      try {
        return await this.transfer(syscall, transfer, view, 0, length, position);
      } catch (error) {
        const misplaced = error instanceof FileSystemError && error.code === "EINVAL" && direct.next();
        if (!misplaced) throw error;
      }
    }
  }

  /** Memory that no other transfer is using. */
  private takeBuffer(length: number): DirectBuffer {
    const free = this.freeBuffers.pop();
    return free !== undefined && free.capacity >= length ? free : new DirectBuffer(length);
  }

  private transferNow(
    syscall: string,
    transfer: BlockingTransfer,
    buffer: Uint8Array,
    offset: number,
    length: number,
    position: number | null,
  ): Promise<number> {
    if (this.lifetime.ended) return never();
    if (this.closed) return this.refuse("EBADF", syscall);
    try {
      return Promise.resolve(transfer(this.fd, buffer, offset, length, position));
    } catch (error) {
      return Promise.reject(translateError(error, syscall, this.path));
    }
  }

  private transfer(
    syscall: string,
    transfer: Transfer,
    buffer: Uint8Array,
    offset: number,
    length: number,
    position: number | null,
  ): Promise<number> {
    return this.call<number>(syscall, (done) => transfer(this.fd, buffer, offset, length, position, done));
  }

  private call<T>(
    syscall: string,
    start: (done: (error: NodeJS.ErrnoException | null, value: T) => void) => void,
  ): Promise<T> {
    if (this.lifetime.ended) return never();
    if (this.closed) return this.refuse("EBADF", syscall);
    this.underway++;
    return new Promise((resolve, reject) => {
      start((error, value) => {
        if (--this.underway === 0) this.onIdle?.();
        if (this.lifetime.ended) return;
        if (error) reject(translateError(error, syscall, this.path));
        else resolve(value);
      });
    });
  }

  private refuse<T>(code: "EBADF" | "EINVAL", syscall: string): Promise<T> {
    if (this.lifetime.ended) return never();
    return Promise.reject(new FileSystemError(this.closed ? "EBADF" : code, syscall, this.path));
  }
}

/** Inode numbers wider than a number holds exactly keep their low 53 bits: overlays put the layer's number into the high. */
export function toInode(inode: bigint): number {
  return Number(BigInt.asUintN(53, inode));
}

export function toFileStat(stats: BigIntStats): FileStat {
  const directory = stats.isDirectory();
  return {
    type: directory ? "directory" : "file",
    size: directory ? 0 : Number(stats.size),
    inode: toInode(stats.ino),
    links: Number(stats.nlink),
    modified: Number(stats.mtimeNs / 1000n),
  };
}
