import { wideText } from "./utf8.ts";

const SLOTS = 256;
const LONGEST_KEY = 32;

interface Entry {
  readonly bytes: Uint8Array;
  readonly key: string;
}

/**
 * Decodes the names of fields, which recur in every message, by looking them up. Each key has one place,
 * and the latest has it.
 */
export class KeyCache {
  private readonly entries = new Array<Entry | undefined>(SLOTS).fill(undefined);

  canBeCached(byteLength: number): boolean {
    return byteLength <= LONGEST_KEY;
  }

  decode(bytes: Uint8Array, offset: number, byteLength: number): string {
    let slot = byteLength;
    const end = offset + byteLength;
    for (let at = offset; at < end; at++) slot = (Math.imul(slot, 31) + (bytes[at] as number)) | 0;
    slot &= SLOTS - 1;
    const entry = this.entries[slot];
    if (entry !== undefined && sameBytes(entry.bytes, bytes, offset, byteLength)) return entry.key;
    const key = wideText(bytes, offset, end);
    this.entries[slot] = { bytes: bytes.slice(offset, end), key };
    return key;
  }
}

function sameBytes(known: Uint8Array, bytes: Uint8Array, offset: number, length: number): boolean {
  if (known.length !== length) return false;
  for (let at = 0; at < length; at++) if (known[at] !== bytes[offset + at]) return false;
  return true;
}
