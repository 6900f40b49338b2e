const SLOTS = 256;
const LONGEST_KEY = 32;

interface Entry {
  readonly bytes: Uint8Array;
  readonly key: string;
}

/**
 * Decodes the names of fields, which recur in every message, by looking them up. The library's own cache evicts by
 * `Math.random`; in this one each key has one place, and the latest has it.
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
    const key = decodeUtf8(bytes, offset, end);
    this.entries[slot] = { bytes: bytes.slice(offset, end), key };
    return key;
  }
}

function sameBytes(known: Uint8Array, bytes: Uint8Array, offset: number, length: number): boolean {
  if (known.length !== length) return false;
  for (let at = 0; at < length; at++) if (known[at] !== bytes[offset + at]) return false;
  return true;
}

/** UTF-8 as the library's encoder writes it; anything else gives some string, never an error. */
function decodeUtf8(bytes: Uint8Array, start: number, end: number): string {
  let text = "";
  let at = start;
  const next = (): number => (at < end ? (bytes[at++] as number) & 0x3f : 0);
  while (at < end) {
    const first = bytes[at++] as number;
    if (first < 0x80) text += String.fromCharCode(first);
    else if (first < 0xe0) text += String.fromCharCode(((first & 0x1f) << 6) | next());
    else if (first < 0xf0) text += String.fromCharCode(((first & 0x0f) << 12) | (next() << 6) | next());
    else text += String.fromCodePoint((((first & 0x07) << 18) | (next() << 12) | (next() << 6) | next()) % 0x11_0000);
  }
  return text;
}
