import { CodecError } from "./codec-error.ts";
import { KeyCache } from "./key-cache.ts";
import { MOST_DEPTH } from "./message-pack-writer.ts";
import { asciiText, isAscii, wideText } from "./utf8.ts";

const TWO_32 = 0x1_0000_0000;
const CUT_SHORT = "they are cut short or go on after the value";

/** Reads what a {@link MessagePackWriter} has written, and anything else that means the same. */
export class MessagePackReader {
  private readonly keys = new KeyCache();
  private bytes = new Uint8Array(0);
  private position = 0;

  /** Reads one value, which must be all there is. @throws CodecError */
  decode(bytes: Uint8Array): unknown {
    this.bytes = bytes as Uint8Array<ArrayBuffer>;
    this.position = 0;
    const value = this.read(1);
    if (this.position !== bytes.length) throw new CodecError(CUT_SHORT);
    return value;
  }

  private read(depth: number): unknown {
    if (depth > MOST_DEPTH) throw new CodecError(`they are nested more than ${MOST_DEPTH} deep`);
    const type = this.readFixed(1);
    if (type < 0x80) return type;
    if (type >= 0xe0) return type - 0x100;
    if (type < 0x90) return this.readMap(type & 0x0f, depth);
    if (type < 0xa0) return this.readArray(type & 0x0f, depth);
    if (type < 0xc0) return this.readText(type & 0x1f);
    switch (type) {
      case 0xc0:
        return null;
      case 0xc2:
        return false;
      case 0xc3:
        return true;
      case 0xc4:
        return this.readBytes(this.readFixed(1));
      case 0xc5:
        return this.readBytes(this.readFixed(2));
      case 0xc6:
        return this.readBytes(this.readFixed(4));
      case 0xca:
        return this.readFloat(4);
      case 0xcb:
        return this.readFloat(8);
      case 0xcc:
        return this.readFixed(1);
      case 0xcd:
        return this.readFixed(2);
      case 0xce:
        return this.readFixed(4);
      case 0xcf:
        return this.readFixed(4) * TWO_32 + this.readFixed(4);
      case 0xd0:
        return (this.readFixed(1) << 24) >> 24;
      case 0xd1:
        return (this.readFixed(2) << 16) >> 16;
      case 0xd2:
        return this.readFixed(4) | 0;
      case 0xd3:
        return (this.readFixed(4) | 0) * TWO_32 + this.readFixed(4);
      case 0xd9:
        return this.readText(this.readFixed(1));
      case 0xda:
        return this.readText(this.readFixed(2));
      case 0xdb:
        return this.readText(this.readFixed(4));
      case 0xdc:
        return this.readArray(this.readFixed(2), depth);
      case 0xdd:
        return this.readArray(this.readFixed(4), depth);
      case 0xde:
        return this.readMap(this.readFixed(2), depth);
      case 0xdf:
        return this.readMap(this.readFixed(4), depth);
      default:
        throw this.foreign(type);
    }
  }

  /** What is wrong with a type that the writer never writes. */
  private foreign(type: number): CodecError {
    if (type === 0xc1) return new CodecError("there is no type 0xc1");
    // Three of the types of extensions have a length.
    if (type < 0xd0) this.skip(1 << (type - 0xc7));
    return new CodecError(`extension type ${(this.readFixed(1) << 24) >> 24} is not used here`);
  }

  private readArray(count: number, depth: number): unknown[] {
    const items: unknown[] = [];
    // Not allocated beforehand: the count may be noise.
    for (let at = 0; at < count; at++) items.push(this.read(depth + 1));
    return items;
  }

  private readMap(count: number, depth: number): Record<string, unknown> {
    const fields: Record<string, unknown> = {};
    for (let at = 0; at < count; at++) {
      const name = this.readKey();
      // It would set what the object inherits from.
      if (name === "__proto__") throw new CodecError("a field must not be named __proto__");
      fields[name] = this.read(depth + 1);
    }
    return fields;
  }

  private readKey(): string {
    const type = this.readFixed(1);
    let length: number;
    if (type >= 0xa0 && type < 0xc0) length = type & 0x1f;
    else if (type === 0xd9) length = this.readFixed(1);
    else if (type === 0xda) length = this.readFixed(2);
    else if (type === 0xdb) length = this.readFixed(4);
    else throw new CodecError("the name of a field must be a text");
    if (!this.keys.canBeCached(length)) return this.readText(length);
    const start = this.skip(length);
    return this.keys.decode(this.bytes, start, length);
  }

  private readText(length: number): string {
    const start = this.skip(length);
    const end = start + length;
    return isAscii(this.bytes, start, end) ? asciiText(this.bytes, start, end) : wideText(this.bytes, start, end);
  }

  /** A view of what is read. */
  private readBytes(length: number): Uint8Array {
    const start = this.skip(length);
    return this.bytes.subarray(start, start + length);
  }

  private readFloat(length: 4 | 8): number {
    const start = this.skip(length);
    const { buffer, byteOffset } = this.bytes;
    const view = new DataView(buffer, byteOffset + start, length);
    return length === 4 ? view.getFloat32(0) : view.getFloat64(0);
  }

  /** A whole number without a sign, the highest byte first. */
  private readFixed(length: 1 | 2 | 4): number {
    const start = this.skip(length);
    let value = 0;
    for (let at = start; at < start + length; at++) value = (value << 8) | (this.bytes[at] as number);
    return value >>> 0;
  }

  /** @returns where the bytes begin that are passed over */
  private skip(length: number): number {
    const start = this.position;
    if (length > this.bytes.length - start) throw new CodecError(CUT_SHORT);
    this.position = start + length;
    return start;
  }
}
