import { CodecError } from "./codec-error.ts";
import { putAscii } from "./utf8.ts";

/** How deep values may be nested, so that one that contains itself is refused. */
export const MOST_DEPTH = 100;
/** Bytes of UTF-8 for one unit of UTF-16, at most. */
const WIDEST = 3;
const TWO_32 = 0x1_0000_0000;
/** A larger buffer is not kept for the next value. */
const LARGEST_KEPT = 1 << 18;

/** Writes plain values as MessagePack (github.com/msgpack/msgpack, spec.md), each in its shortest form. */
export class MessagePackWriter {
  private buffer = new Uint8Array(2048);
  private view = new DataView(this.buffer.buffer);
  private used = 0;

  /** @returns bytes of their own. @throws CodecError for a value that is not plain, or too deep */
  encode(value: unknown): Uint8Array {
    this.used = 0;
    this.write(value, 1);
    const bytes = this.buffer.slice(0, this.used);
    if (this.buffer.length > LARGEST_KEPT) this.replaceBuffer(2048);
    return bytes;
  }

  private write(value: unknown, depth: number): void {
    if (depth > MOST_DEPTH) throw new CodecError("too deep or too large");
    switch (typeof value) {
      case "string":
        this.writeText(value);
        return;
      case "number":
        this.writeNumber(value);
        return;
      case "boolean":
        this.writeByte(value ? 0xc3 : 0xc2);
        return;
      case "undefined":
        this.writeByte(0xc0);
        return;
      case "object":
        this.writeObject(value, depth);
        return;
      default:
        throw notPlain(`a ${typeof value}`);
    }
  }

  private writeObject(value: object | null, depth: number): void {
    if (value === null) this.writeByte(0xc0);
    else if (Array.isArray(value)) this.writeArray(value, depth);
    else {
      const prototype: unknown = Object.getPrototypeOf(value);
      if (prototype === Object.prototype || prototype === null) this.writeMap(value as Fields, depth);
      else if (prototype === Uint8Array.prototype) this.writeBytes(value as Uint8Array);
      else throw notPlain("an instance of a class");
    }
  }

  private writeArray(items: readonly unknown[], depth: number): void {
    this.writeLength(items.length, 0x90, 16, 0xdc);
    for (const item of items) this.write(item, depth + 1);
  }

  private writeMap(fields: Fields, depth: number): void {
    const names = Object.keys(fields);
    let count = 0;
    for (const name of names) if (fields[name] !== undefined) count++;
    this.writeLength(count, 0x80, 16, 0xde);
    for (const name of names) {
      const value = fields[name];
      if (value === undefined) continue;
      this.writeText(name);
      this.write(value, depth + 1);
    }
  }

  private writeBytes(bytes: Uint8Array): void {
    const { length } = bytes;
    if (length < 0x100) this.writeTyped(0xc4, length, 1);
    else if (length < 0x1_0000) this.writeTyped(0xc5, length, 2);
    else this.writeTyped(0xc6, length, 4);
    this.reserve(length);
    this.buffer.set(bytes, this.used);
    this.used += length;
  }

  private writeText(text: string): void {
    const { length } = text;
    this.reserve(5 + length);
    const before = this.used;
    this.writeTextLength(length);
    if (putAscii(text, this.buffer, this.used)) {
      this.used += length;
      return;
    }
    this.used = before;
    this.writeWideText(text);
  }

  /** A text in which not all is ASCII. Half a pair of surrogates is written as a character of its own, and so read again. */
  private writeWideText(text: string): void {
    let length = 0;
    for (let at = 0; at < text.length; at++) {
      const code = text.codePointAt(at) as number;
      length += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x1_0000 ? 3 : 4;
      if (code >= 0x1_0000) at++;
    }
    this.reserve(5 + text.length * WIDEST);
    this.writeTextLength(length);
    const { buffer } = this;
    let used = this.used;
    for (let at = 0; at < text.length; at++) {
      const code = text.codePointAt(at) as number;
      if (code < 0x80) buffer[used++] = code;
      else {
        if (code < 0x800) buffer[used++] = 0xc0 | (code >> 6);
        else {
          if (code < 0x1_0000) buffer[used++] = 0xe0 | (code >> 12);
          else {
            buffer[used++] = 0xf0 | (code >> 18);
            buffer[used++] = 0x80 | ((code >> 12) & 0x3f);
            at++;
          }
          buffer[used++] = 0x80 | ((code >> 6) & 0x3f);
        }
        buffer[used++] = 0x80 | (code & 0x3f);
      }
    }
    this.used = used;
  }

  private writeTextLength(length: number): void {
    if (length >= 32 && length < 0x100) this.writeTyped(0xd9, length, 1);
    else this.writeLength(length, 0xa0, 32, 0xda);
  }

  private writeNumber(value: number): void {
    if (!Number.isSafeInteger(value)) {
      this.writeByte(0xcb);
      this.reserve(8);
      this.view.setFloat64(this.used, value);
      this.used += 8;
    } else if (value >= 0) {
      if (value < 0x80) this.writeByte(value);
      else if (value < 0x100) this.writeTyped(0xcc, value, 1);
      else if (value < 0x1_0000) this.writeTyped(0xcd, value, 2);
      else if (value < TWO_32) this.writeTyped(0xce, value, 4);
      else this.writeLong(0xcf, value);
    } else if (value >= -0x20) this.writeByte(value);
    else if (value >= -0x80) this.writeTyped(0xd0, value, 1);
    else if (value >= -0x8000) this.writeTyped(0xd1, value, 2);
    else if (value >= -0x8000_0000) this.writeTyped(0xd2, value, 4);
    else this.writeLong(0xd3, value);
  }

  /** A length: in the type's own byte when it is less than `short`, else behind one of two types, in two or four bytes. */
  private writeLength(length: number, base: number, short: number, long: number): void {
    if (length < short) this.writeByte(base | length);
    else if (length < 0x1_0000) this.writeTyped(long, length, 2);
    else this.writeTyped(long + 1, length, 4);
  }

  private writeLong(type: number, value: number): void {
    this.writeTyped(type, Math.floor(value / TWO_32), 4);
    this.writeFixed(value, 4);
  }

  private writeTyped(type: number, value: number, bytes: 1 | 2 | 4): void {
    this.writeByte(type);
    this.writeFixed(value, bytes);
  }

  /** The low bytes of a whole number, the highest first. */
  private writeFixed(value: number, bytes: 1 | 2 | 4): void {
    this.reserve(bytes);
    const { buffer } = this;
    for (let shift = 8 * (bytes - 1); shift >= 0; shift -= 8) buffer[this.used++] = value >>> shift;
  }

  private writeByte(value: number): void {
    this.reserve(1);
    this.buffer[this.used++] = value;
  }

  private reserve(more: number): void {
    if (this.used + more <= this.buffer.length) return;
    const { buffer } = this;
    this.replaceBuffer(Math.max(this.used + more, 2 * buffer.length));
    this.buffer.set(buffer.subarray(0, this.used));
  }

  private replaceBuffer(length: number): void {
    this.buffer = new Uint8Array(length);
    this.view = new DataView(this.buffer.buffer);
  }
}

type Fields = Readonly<Record<string, unknown>>;

function notPlain(what: string): CodecError {
  return new CodecError(`${what} is no plain value; put what is needed of it into an object`);
}
