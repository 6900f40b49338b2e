import { StoredBytes, type ByteStore } from "./byte-store.ts";

const NOTHING = new Uint8Array(0);

class SharedBytes extends StoredBytes {
  protected override readonly store = "copy-on-write";
  content: Uint8Array = NOTHING;
  length = 0;
  /** Others hold the same content: it must not be written to. */
  shared = false;
}

/**
 * Keeps bytes in plain arrays that copies share until one of them is written to: for those who copy volumes by the
 * thousand, where memfs takes longer for each file than a whole recovery for its reads.
 */
export class CopyOnWriteStore implements ByteStore {
  create(): SharedBytes {
    return new SharedBytes();
  }

  copy(bytes: SharedBytes, length: number): SharedBytes {
    const copied = new SharedBytes();
    copied.content = bytes.content;
    copied.length = Math.min(length, bytes.length);
    copied.shared = true;
    bytes.shared = true;
    return copied;
  }

  read(bytes: SharedBytes, buffer: Uint8Array, offset: number, length: number, position: number): number {
    const count = Math.max(0, Math.min(length, bytes.length - position));
    if (count > 0) buffer.set(bytes.content.subarray(position, position + count), offset);
    return count;
  }

  write(bytes: SharedBytes, buffer: Uint8Array, offset: number, length: number, position: number): void {
    this.own(bytes, Math.max(bytes.length, position + length));
    bytes.content.set(buffer.subarray(offset, offset + length), position);
  }

  truncate(bytes: SharedBytes, length: number): void {
    if (length < bytes.length) bytes.length = length;
    else this.own(bytes, length);
  }

  remove(bytes: SharedBytes): void {
    bytes.content = NOTHING;
    bytes.length = 0;
    bytes.shared = false;
  }

  /** Gives a file content that is its own and has room, and extends it with zeros. */
  private own(bytes: SharedBytes, length: number): void {
    const before = bytes.length;
    if (bytes.shared || length > bytes.content.length) {
      const room = length > bytes.content.length ? Math.max(length, before * 2, 512) : length;
      const content = new Uint8Array(room);
      content.set(bytes.content.subarray(0, before));
      bytes.content = content;
      bytes.shared = false;
    } else if (length > before) {
      // What a cut has left there.
      bytes.content.fill(0, before, length);
    }
    bytes.length = length;
  }
}
