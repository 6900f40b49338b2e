import { Volume } from "memfs";

/** The part of memfs in use: its synchronous calls on descriptors. */
interface Descriptors {
  openSync(path: string, flags: string): number;
  closeSync(descriptor: number): void;
  readSync(descriptor: number, buffer: Uint8Array, offset: number, length: number, position: number): number;
  writeSync(descriptor: number, buffer: Uint8Array, offset: number, length: number, position: number): number;
  ftruncateSync(descriptor: number, length: number): void;
  unlinkSync(path: string): void;
}

/** memfs allows 10,000 open files; the rest of the inodes are opened again when they are next used. */
const MAX_DESCRIPTORS = 8_192;

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
  descriptor = -1;

  constructor(name: string) {
    super();
    this.name = name;
  }
}

/**
 * The bytes of inodes in memfs files without a directory structure: names, links, handles and locks are kept above it, so
 * that memfs's ways with them cannot show.
 */
export class MemfsStore implements ByteStore {
  private readonly volume: Descriptors;
  private readonly guard: { active: boolean };
  private readonly open = new Set<MemfsBytes>();
  private created = 0;

  /** @param guard cleared around each call, since memfs stamps its nodes with the date */
  constructor(guard: { active: boolean }) {
    this.guard = guard;
    const { active } = guard;
    guard.active = false;
    this.volume = new Volume();
    guard.active = active;
  }

  create(): MemfsBytes {
    const bytes = new MemfsBytes(`/${this.created++}`);
    const { guard } = this;
    const active = guard.active;
    guard.active = false;
    this.openDescriptor(bytes, "w+");
    guard.active = active;
    return bytes;
  }

  copy(bytes: MemfsBytes, length: number): MemfsBytes {
    const content = new Uint8Array(length);
    const count = this.read(bytes, content, 0, length, 0);
    const copied = this.create();
    if (count > 0) this.write(copied, content, 0, count, 0);
    return copied;
  }

  read(bytes: MemfsBytes, buffer: Uint8Array, offset: number, length: number, position: number): number {
    const { guard } = this;
    const active = guard.active;
    guard.active = false;
    if (bytes.descriptor < 0) this.openDescriptor(bytes, "r+");
    const read = this.volume.readSync(bytes.descriptor, buffer, offset, length, position);
    guard.active = active;
    return read;
  }

  write(bytes: MemfsBytes, buffer: Uint8Array, offset: number, length: number, position: number): void {
    const { guard } = this;
    const active = guard.active;
    guard.active = false;
    if (bytes.descriptor < 0) this.openDescriptor(bytes, "r+");
    this.volume.writeSync(bytes.descriptor, buffer, offset, length, position);
    guard.active = active;
  }

  truncate(bytes: MemfsBytes, length: number): void {
    const { guard } = this;
    const active = guard.active;
    guard.active = false;
    if (bytes.descriptor < 0) this.openDescriptor(bytes, "r+");
    this.volume.ftruncateSync(bytes.descriptor, length);
    guard.active = active;
  }

  remove(bytes: MemfsBytes): void {
    const { guard } = this;
    const active = guard.active;
    guard.active = false;
    this.closeDescriptor(bytes);
    this.volume.unlinkSync(bytes.name);
    guard.active = active;
  }

  private openDescriptor(bytes: MemfsBytes, flags: string): void {
    if (this.open.size >= MAX_DESCRIPTORS) {
      for (const oldest of this.open) {
        this.closeDescriptor(oldest);
        break;
      }
    }
    bytes.descriptor = this.volume.openSync(bytes.name, flags);
    this.open.add(bytes);
  }

  private closeDescriptor(bytes: MemfsBytes): void {
    if (bytes.descriptor < 0) return;
    this.volume.closeSync(bytes.descriptor);
    bytes.descriptor = -1;
    this.open.delete(bytes);
  }
}
