import type { Kernel } from "../kernel.ts";
import { traceDisk, type DiskEvent } from "./disk-events.ts";
import type { DiskFault } from "./disk-fault.ts";
import type { ActiveFault } from "./disk-faults.ts";
import { Errno } from "./errno.ts";
import { FaultEffects, suffersFrom } from "./fault-effects.ts";
import type { AnyInode, DirectoryInode, FileInode } from "./inode.ts";
import { pathOfEntry } from "./path-of.ts";
import type { Attributes, Operation, Reply } from "./shared-protocol.ts";
import type { Slab } from "./slab.ts";
import type { Volume } from "./volume.ts";

/** An operation on names or on a file's bytes; locks, leases and the reservation are the server's own affair. */
export type VolumeOperation = Exclude<
  Operation,
  { kind: "lock" | "unlock" | "renew" | "reserve" | "reservation" | "commit" }
>;

type NameOperation = Extract<VolumeOperation, { kind: "create" | "mkdir" | "remove" | "rmdir" | "rename" | "link" }>;

/**
 * What the server of a shared disk does to its volume for a request. The world hears of each change here, once, at the
 * moment it happens: an operation that arrives again and changes nothing is not told again.
 */
export class ServerOperations {
  private readonly kernel: Kernel;
  private readonly volume: Volume;
  private readonly host: string;
  private readonly syncsMetadata: boolean;
  private readonly effects: FaultEffects;

  /** @param syncsMetadata whether changed names are durable before they are answered for */
  constructor(kernel: Kernel, volume: Volume, host: string, syncsMetadata: boolean) {
    this.kernel = kernel;
    this.volume = volume;
    this.host = host;
    this.syncsMetadata = syncsMetadata;
    this.effects = new FaultEffects(volume, (event) => {
      this.report(event);
    });
  }

  /**
   * Carries an operation out.
   *
   * @param path what the caller calls the file
   * @param strike the fault that has struck it, when it is one that lets operations happen
   * @throws Errno
   */
  execute(operation: VolumeOperation, path: string, strike: ActiveFault | undefined): Partial<Reply> {
    const { kernel, volume } = this;
    switch (operation.kind) {
      case "getattr": {
        const inode = this.inode(operation.inode);
        kernel.link(inode.changedBy);
        return { attributes: attributesOf(inode) };
      }
      case "lookup":
        return this.lookup(operation.directory, operation.name);
      case "readdir": {
        const directory = this.directory(operation.directory);
        kernel.link(directory.changedBy);
        return { names: [...directory.entries.keys()].sort(), directory: attributesOf(directory) };
      }
      case "read": {
        const file = this.file(operation.inode);
        const { position } = operation;
        const asked = Math.max(0, Math.min(operation.length, file.size - position));
        const bytes = new Uint8Array(this.effects.moved(strike, "pread", path, asked));
        this.effects.rot(strike, file, path, position, bytes.length);
        volume.read(file, bytes, 0, bytes.length, position);
        this.effects.noticeDamage(file, path, bytes, 0, bytes.length, position);
        kernel.link(file.changedBy);
        return { bytes, attributes: attributesOf(file) };
      }
      case "write": {
        const file = this.file(operation.inode);
        const before = file.change;
        const slab = volume.slabs.copy(operation.bytes, 0, operation.bytes.length);
        const { start } = volume.slabs;
        const length = this.effects.moved(strike, "pwrite", path, operation.bytes.length);
        const fate = this.effects.fateOf(strike, file, path);
        const count = this.keepingCopy(slab, () =>
          volume.write(file, slab, start, length, operation.position, false, fate),
        );
        kernel.fingerprint.mixBytes(operation.bytes);
        return { count, before, attributes: attributesOf(file) };
      }
      case "truncate": {
        const file = this.file(operation.inode);
        const { change: before, size } = file;
        const { length } = operation;
        volume.truncate(file, length);
        if (size !== length) this.report({ kind: "file-truncated", path, length });
        return { before, attributes: attributesOf(file) };
      }
      case "statfs":
        return { statfs: volume.statfs() };
      default:
        return this.changeNames(operation, path);
    }
  }

  /**
   * Makes durable what an inode had un-synced when a commit of it arrived.
   *
   * @param position end of the file's log then
   * @param order place in the disk's metadata operations then
   * @param strike as of {@link execute}
   * @throws Errno
   */
  commit(
    number: number,
    position: number,
    order: number,
    path: string,
    strike: ActiveFault | undefined,
  ): Partial<Reply> {
    const { volume } = this;
    const inode = this.inode(number);
    if (inode.type === "file") {
      const dirty = inode.unsynced.base < position;
      if (this.effects.sync(strike, inode, path, position)) return { attributes: attributesOf(inode) };
      volume.syncFile(inode, position, order);
      if (dirty) this.report({ kind: "file-synced", path, size: inode.unsynced.durableSize });
    } else {
      const dirty = inode.unsynced.length > 0;
      if (this.effects.syncDirectory(strike, inode, path, order)) return { attributes: attributesOf(inode) };
      volume.syncDirectory(inode, order);
      if (dirty) this.report({ kind: "directory-synced", path });
    }
    return { attributes: attributesOf(inode) };
  }

  /** Whether a fault makes any difference to an operation. @param position as of {@link commit} */
  suffers(fault: DiskFault, operation: Operation, position: number): boolean {
    if (fault.kind === "error" || fault.kind === "device-lost") return true;
    const inode = "inode" in operation ? this.volume.inodes.get(operation.inode) : undefined;
    if (operation.kind === "commit") {
      const unsynced = inode?.type === "file" ? inode.unsynced.base < position : (inode?.unsynced.length ?? 0) > 0;
      return suffersFrom(fault, { kind: "sync", unsynced });
    }
    if (inode?.type !== "file" || (operation.kind !== "read" && operation.kind !== "write")) return false;
    const count =
      operation.kind === "write"
        ? operation.bytes.length
        : Math.max(0, Math.min(operation.length, inode.size - operation.position));
    return suffersFrom(fault, { kind: operation.kind, file: inode, position: operation.position, count });
  }

  /** @throws Errno ESTALE for an inode without a name: the server keeps nothing open for anybody */
  inode(number: number): AnyInode {
    const inode = this.volume.inodes.get(number);
    if (inode === undefined || inode.links === 0) {
      throw new Errno("ESTALE", inode?.changedBy ?? this.volume.removedBy.get(number));
    }
    return inode;
  }

  /** @throws Errno ESTALE, EISDIR */
  file(number: number): FileInode {
    const inode = this.inode(number);
    if (inode.type !== "file") throw new Errno("EISDIR");
    return inode;
  }

  /** @throws Errno ESTALE, ENOTDIR */
  private directory(number: number): DirectoryInode {
    const inode = this.inode(number);
    if (inode.type !== "directory") throw new Errno("ENOTDIR");
    return inode;
  }

  private lookup(number: number, name: string): Partial<Reply> {
    const { kernel, volume } = this;
    const directory = this.directory(number);
    try {
      const inode = volume.lookup(directory, name);
      kernel.link(directory.entries.get(name)?.event ?? 0);
      return { attributes: attributesOf(inode), directory: attributesOf(directory) };
    } catch (thrown) {
      if (!(thrown instanceof Errno) || thrown.code !== "ENOENT") throw thrown;
      // Not an error of the protocol: the directory's attributes let the client remember that the name is not there.
      kernel.link(thrown.cause);
      return { directory: attributesOf(directory) };
    }
  }

  private changeNames(operation: NameOperation, given: string): Partial<Reply> {
    const { volume } = this;
    const directory = this.directory(operation.directory);
    const { change: directoryBefore } = directory;
    const path = this.kernel.tracing ? pathOfEntry(directory, operation.name) : "";
    let attributes: Attributes | undefined;
    let more: Partial<Reply> = {};
    switch (operation.kind) {
      case "create":
        attributes = attributesOf(this.create(directory, operation.name, operation.exclusive, path));
        break;
      case "mkdir":
        attributes = attributesOf(volume.mkdir(directory, operation.name));
        this.report({ kind: "directory-created", path });
        break;
      case "remove":
        volume.unlink(directory, operation.name);
        this.report({ kind: "file-unlinked", path });
        break;
      case "rmdir":
        volume.rmdir(directory, operation.name);
        this.report({ kind: "directory-removed", path });
        break;
      case "link": {
        const inode = this.inode(operation.inode);
        volume.link(inode, directory, operation.name);
        this.report({ kind: "file-linked", path: given, to: path });
        attributes = attributesOf(inode);
        break;
      }
      case "rename": {
        const toDirectory = this.directory(operation.toDirectory);
        const { change: toDirectoryBefore } = toDirectory;
        const { order } = volume;
        volume.rename(directory, operation.name, toDirectory, operation.toName);
        // Two names of one file: nothing is moved.
        if (this.kernel.tracing && volume.order !== order) {
          this.report({ kind: "file-renamed", path, to: pathOfEntry(toDirectory, operation.toName) });
        }
        if (this.syncsMetadata) volume.syncDirectory(toDirectory, volume.order);
        more = { toDirectory: attributesOf(toDirectory), toDirectoryBefore };
        break;
      }
    }
    if (this.syncsMetadata) volume.syncDirectory(directory, volume.order);
    return {
      directory: attributesOf(directory),
      directoryBefore,
      ...(attributes === undefined ? {} : { attributes }),
      ...more,
    };
  }

  /** Finds a file, or makes it. */
  private create(directory: DirectoryInode, name: string, exclusive: boolean, path: string): AnyInode {
    const entry = directory.entries.get(name);
    if (entry === undefined) {
      const file = this.volume.create(directory, name);
      this.report({ kind: "file-created", path });
      return file;
    }
    this.kernel.link(entry.event);
    if (exclusive) throw new Errno("EEXIST", entry.event);
    return entry.inode;
  }

  private keepingCopy<T>(slab: Slab, write: () => T): T {
    try {
      return write();
    } catch (thrown) {
      this.volume.slabs.release(slab);
      throw thrown;
    }
  }

  private report(event: DiskEvent): void {
    if (this.kernel.tracing) traceDisk(this.kernel, this.host, event);
  }
}

/** What the server tells of an inode. */
export function attributesOf(inode: AnyInode): Attributes {
  const size = inode.type === "file" ? inode.size : 0;
  const { number, type, links, modified, change } = inode;
  return { inode: number, type, size, links, modified, change };
}
