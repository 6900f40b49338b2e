import { Volume } from "memfs";

/** The part of memfs in use: opening files, and the nodes that hold their bytes. */
interface MemfsVolume {
  openSync(path: string, flags: string): number;
  closeSync(descriptor: number): void;
  readonly _core: { readonly fds: Readonly<Record<number, { readonly node: MemfsNode } | undefined>> };
}

interface MemfsNode {
  readonly buf: Uint8Array;
  /** Bytes of `buf` that there is room for. */
  readonly capacity: number;
  /** Bytes of `buf` that are the file's. */
  size: number;
  /** Cuts, or extends with zeros. */
  truncate(length: number): void;
  /** Stamps the node with the date and tells watchers, of which there are none. */
  touch(): void;
}

/** A file of a store: each store knows its own. */
export abstract class StoredBytes {
  protected abstract readonly store: string;
}

/** Keeps the bytes of inodes, as a flat set of files without names that matter. */
export interface ByteStore {
  create(): StoredBytes;

  /** A file of its own with the first `length` bytes of another. */
  copy(bytes: StoredBytes, length: number): StoredBytes;

  /** Returns the number of bytes read: fewer than asked at the end. */
  read(bytes: StoredBytes, buffer: Uint8Array, offset: number, length: number, position: number): number;

  write(bytes: StoredBytes, buffer: Uint8Array, offset: number, length: number, position: number): void;

  /** Cuts, or extends with zeros. */
  truncate(bytes: StoredBytes, length: number): void;

  remove(bytes: StoredBytes): void;
}

class MemfsBytes extends StoredBytes {
  protected override readonly store = "memfs";
  readonly name: string;
  readonly node: MemfsNode;

  constructor(name: string, node: MemfsNode) {
    super();
    this.name = name;
    this.node = node;
  }
}

/**
 * The bytes of inodes in memfs files without a directory structure: names, links, handles and locks are kept above it, so
 * that memfs's ways with them cannot show. Bytes go to and from memfs's nodes themselves: a call through a descriptor takes
 * longer to check its arguments and to stamp the node with dates, which nobody here reads, than to move a page.
 */
export class MemfsStore implements ByteStore {
  private readonly volume: MemfsVolume;
  private readonly guard: { active: boolean };
  private created = 0;
  /** Files that were removed, empty again: to make one takes memfs longer than to write it. */
  private readonly spare: MemfsBytes[] = [];

  /** @param guard cleared around calls in which memfs asks for the date */
  constructor(guard: { active: boolean }) {
    this.guard = guard;
    this.volume = this.unguarded(() => new Volume() as unknown as MemfsVolume);
  }

  create(): MemfsBytes {
    const spare = this.spare.pop();
    if (spare !== undefined) return spare;
    const { volume } = this;
    return this.unguarded(() => {
      const name = `/${this.created++}`;
      const descriptor = volume.openSync(name, "w+");
      const node = (volume._core.fds[descriptor] as { readonly node: MemfsNode }).node;
      // The node is kept by its name; memfs has a limit on open files.
      volume.closeSync(descriptor);
      node.touch = untouched;
      return new MemfsBytes(name, node);
    });
  }

  copy(bytes: MemfsBytes, length: number): MemfsBytes {
    const copied = this.create();
    const { buf, size } = bytes.node;
    this.write(copied, buf, 0, Math.min(length, size), 0);
    return copied;
  }

  read(bytes: MemfsBytes, buffer: Uint8Array, offset: number, length: number, position: number): number {
    const { buf, size } = bytes.node;
    const count = Math.min(length, size - position);
    if (count <= 0) return 0;
    // A plain view: a Buffer's own takes longer to make.
    buffer.set(new Uint8Array(buf.buffer, buf.byteOffset + position, count), offset);
    return count;
  }

  write(bytes: MemfsBytes, buffer: Uint8Array, offset: number, length: number, position: number): void {
    const { node } = bytes;
    const end = position + length;
    if (end > node.size) {
      if (position === node.size && end <= node.capacity) node.size = end;
      else node.truncate(end);
    }
    // Asked for here: the array changes as the node grows.
    node.buf.set(
      offset === 0 && length === buffer.length ? buffer : buffer.subarray(offset, offset + length),
      position,
    );
  }

  truncate(bytes: MemfsBytes, length: number): void {
    bytes.node.truncate(length);
  }

  remove(bytes: MemfsBytes): void {
    bytes.node.size = 0;
    this.spare.push(bytes);
  }

  private unguarded<T>(call: () => T): T {
    const { guard } = this;
    const { active } = guard;
    guard.active = false;
    try {
      return call();
    } finally {
      guard.active = active;
    }
  }
}

function untouched(): void {
  // See MemfsNode.touch.
}
