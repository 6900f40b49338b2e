import { OpenFlag, type FileHandle, type FileStat } from "../../host/file-system.ts";
import { never } from "../incarnation.ts";
import { BufferInFlightError, Errno } from "./errno.ts";
import type { CachedInode } from "./mount-cache.ts";
import { DIRECT_ALIGNMENT, isTransfer } from "./open-flags.ts";
import { callerOf } from "./remote-calls.ts";
import type { SharedFileSystem } from "./shared-file-system.ts";
import { sameBytes, Slab } from "./slab.ts";

/** A file opened on a shared disk. */
export class SharedFileHandle implements FileHandle {
  readonly cached: CachedInode;
  private readonly mount: SharedFileSystem;
  private readonly path: string;
  private readonly directory: number;
  private readonly name: string;
  private readonly flags: number;
  private closed = false;

  constructor(
    mount: SharedFileSystem,
    path: string,
    directory: number,
    name: string,
    cached: CachedInode,
    flags: number,
  ) {
    this.mount = mount;
    this.path = path;
    this.directory = directory;
    this.name = name;
    this.cached = cached;
    this.flags = flags;
  }

  read(buffer: Uint8Array, offset: number, length: number, position: number): Promise<number> {
    const { mount, cached } = this;
    const { client, life } = mount;
    const direct = (this.flags & OpenFlag.DIRECT) !== 0;
    return mount.perform("pread", this.path, undefined, async () => {
      this.checkOpen();
      if (!isTransfer(buffer, offset, length, position, direct)) throw new Errno("EINVAL");
      if (length === 0) return () => 0;
      if ((this.flags & OpenFlag.READ) === 0) throw new Errno("EBADF");
      const caller = callerOf(life, "pread", this.path);
      // Into memory of our own: the buffer is filled as the call completes, not before.
      let content: Uint8Array = new Uint8Array(length);
      let count: number;
      if (direct) {
        content = await client.data.readDirect(cached, length, position, caller);
        count = content.length;
      } else {
        count = await client.data.read(cached.inode, content, 0, length, position, caller);
      }
      return () => {
        buffer.set(content.subarray(0, count), offset);
        mount.client.parts.kernel.fingerprint.mixBytes(content, 0, count);
        return count;
      };
    });
  }

  write(buffer: Uint8Array, offset: number, length: number, position: number): Promise<number> {
    const { mount, cached, path } = this;
    const { client, life } = mount;
    const direct = (this.flags & OpenFlag.DIRECT) !== 0;
    if (!life.alive) return never();
    const valid = isTransfer(buffer, offset, length, position, direct);
    const slab = new Slab(valid ? length : 0);
    if (valid) slab.bytes.set(buffer.subarray(offset, offset + length));
    return mount.perform("pwrite", path, undefined, async () => {
      this.checkOpen();
      if (!valid) throw new Errno("EINVAL");
      if ((this.flags & OpenFlag.WRITE) === 0) throw new Errno("EBADF");
      const caller = callerOf(life, "pwrite", path);
      const append = (this.flags & OpenFlag.APPEND) !== 0;
      // The end of the file as the server knows it, when nobody else writes meanwhile: no more than that can be had here.
      if (append) await client.ask({ kind: "getattr", inode: cached.inode }, caller);
      const at = append ? cached.size : position;
      if (direct && at % DIRECT_ALIGNMENT !== 0) throw new Errno("EINVAL");
      const bytes = Uint8Array.from(slab.bytes);
      if (length > 0) {
        if (direct) await client.data.writeDirect(cached, bytes, at, caller);
        else client.data.write(cached, bytes, at);
        if (client.options.sync) await client.data.commit(cached.inode, caller);
      }
      return () => {
        if (!sameBytes(slab, 0, buffer, offset, length)) throw new BufferInFlightError(path, at, length);
        client.watchers.announce(this.directory, { type: "change", name: this.name });
        client.parts.kernel.fingerprint.mixBytes(bytes);
        return length;
      };
    });
  }

  sync(): Promise<void> {
    const { mount, cached } = this;
    return mount.perform("fsync", this.path, undefined, async () => {
      this.checkOpen();
      await mount.client.data.commit(cached.inode, callerOf(mount.life, "fsync", this.path));
      return () => undefined;
    });
  }

  datasync(): Promise<void> {
    return this.sync();
  }

  truncate(length: number): Promise<void> {
    const { mount, cached } = this;
    return mount.perform("ftruncate", this.path, undefined, async () => {
      this.checkOpen();
      if (!Number.isSafeInteger(length) || length < 0 || (this.flags & OpenFlag.WRITE) === 0) throw new Errno("EINVAL");
      const caller = callerOf(mount.life, "ftruncate", this.path);
      await mount.client.data.truncate(cached, length, caller);
      return () => undefined;
    });
  }

  stat(): Promise<FileStat> {
    const { mount, cached } = this;
    return mount.perform("stat", this.path, undefined, async () => {
      this.checkOpen();
      const known = await mount.client.attributes(cached.inode, callerOf(mount.life, "stat", this.path));
      return () => mount.statOf(known);
    });
  }

  close(): Promise<void> {
    const { mount, cached } = this;
    if (!mount.life.alive) return never();
    const open = !this.closed;
    this.closed = true;
    return mount.perform("close", this.path, undefined, async () => {
      if (!open) throw new Errno("EBADF");
      mount.handles.delete(this);
      await mount.client.data.closed(cached, callerOf(mount.life, "close", this.path));
      mount.client.data.takeFailure(cached);
      return () => undefined;
    });
  }

  private checkOpen(): void {
    if (this.closed) throw new Errno("EBADF");
  }
}
