import { copyRange, NO_BYTES, withCapacity } from "./bytes.ts";

/**
 * How numbers and strings of bytes are laid out in the engine's files: little-endian fixed widths, and varints of seven
 * bits a byte, the low bits first. Numbers are whole and at most 2^53 - 1.
 */

export const TWO_32 = 0x1_0000_0000;
/** Seven bits a byte: 2^53 - 1 takes eight. */
const MAX_VARINT_BYTES = 8;

export function putFixed32(target: Uint8Array, at: number, value: number): void {
  target[at] = value & 0xff;
  target[at + 1] = (value >>> 8) & 0xff;
  target[at + 2] = (value >>> 16) & 0xff;
  target[at + 3] = (value >>> 24) & 0xff;
}

export function getFixed32(source: Uint8Array, at: number): number {
  return (
    ((source[at] as number) |
      ((source[at + 1] as number) << 8) |
      ((source[at + 2] as number) << 16) |
      ((source[at + 3] as number) << 24)) >>>
    0
  );
}

export function putFixed64(target: Uint8Array, at: number, value: number): void {
  putFixed32(target, at, value >>> 0);
  putFixed32(target, at + 4, Math.floor(value / TWO_32));
}

export function getFixed64(source: Uint8Array, at: number): number {
  return getFixed32(source, at) + getFixed32(source, at + 4) * TWO_32;
}

/** Writes a varint; the caller has made room for {@link MAX_VARINT_BYTES}. @returns the position after it */
export function putVarint(target: Uint8Array, at: number, value: number): number {
  let rest = value;
  let position = at;
  while (rest >= 0x80) {
    target[position++] = (rest % 0x80) | 0x80;
    rest = rest < TWO_32 / 2 ? rest >>> 7 : Math.floor(rest / 0x80);
  }
  target[position++] = rest;
  return position;
}

/** Bytes that hold no valid encoding. Callers, who know the file and offset, turn it into a corruption error. */
export class MalformedBytesError extends Error {
  override readonly name = "MalformedBytesError";
}

/** Writes an encoding piece by piece into a buffer that grows. */
export class ByteWriter {
  private buffer: Uint8Array = NO_BYTES;
  private used = 0;

  byte(value: number): void {
    this.reserve(1);
    this.buffer[this.used++] = value;
  }

  fixed32(value: number): void {
    this.reserve(4);
    putFixed32(this.buffer, this.used, value);
    this.used += 4;
  }

  fixed64(value: number): void {
    this.reserve(8);
    putFixed64(this.buffer, this.used, value);
    this.used += 8;
  }

  varint(value: number): void {
    this.reserve(MAX_VARINT_BYTES);
    this.used = putVarint(this.buffer, this.used, value);
  }

  /** A string of bytes, its length first. */
  bytes(value: Uint8Array): void {
    this.varint(value.length);
    this.reserve(value.length);
    copyRange(value, 0, value.length, this.buffer, this.used);
    this.used += value.length;
  }

  /** What was written, as a buffer of its own. */
  finish(): Uint8Array {
    return this.buffer.slice(0, this.used);
  }

  private reserve(more: number): void {
    this.buffer = withCapacity(this.buffer, this.used, this.used + more);
  }
}

/**
 * Reads back what a {@link ByteWriter} wrote. Every method throws {@link MalformedBytesError} at a bad or missing
 * piece.
 */
export class ByteReader {
  position: number;
  private readonly source: Uint8Array;
  private readonly end: number;

  constructor(source: Uint8Array, start = 0, end = source.length) {
    this.source = source;
    this.position = start;
    this.end = end;
  }

  get done(): boolean {
    return this.position >= this.end;
  }

  byte(): number {
    return this.source[this.take(1)] as number;
  }

  fixed32(): number {
    return getFixed32(this.source, this.take(4));
  }

  fixed64(): number {
    return getFixed64(this.source, this.take(8));
  }

  varint(): number {
    // Most lengths take one byte.
    const first = this.source[this.position] as number;
    if (first < 0x80 && this.position < this.end) {
      this.position++;
      return first;
    }
    let value = 0;
    let scale = 1;
    for (let i = 0; i < MAX_VARINT_BYTES; i++) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        if (!Number.isSafeInteger(value)) break;
        return value;
      }
      scale *= 0x80;
    }
    throw new MalformedBytesError("a varint exceeds 2^53 - 1");
  }

  /** A string of bytes, copied. */
  bytes(): Uint8Array {
    const length = this.varint();
    const start = this.take(length);
    return this.source.slice(start, start + length);
  }

  /** Passes over `length` bytes. @returns where they begin */
  skip(length: number): number {
    return this.take(length);
  }

  private take(length: number): number {
    const start = this.position;
    if (length > this.end - start) throw new MalformedBytesError("ends in the middle of a field");
    this.position = start + length;
    return start;
  }
}

/** Bytes of a text of ASCII characters, such as a file's content or a comparator's name. */
export function asciiBytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/** The text of bytes, one character a byte. */
export function asciiText(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
