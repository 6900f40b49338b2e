/** A hash of 53 bits, which a number holds: among a million contents two are mistaken once in ten thousand runs. */
export function hashBytes(bytes: Uint8Array, length = bytes.length, seed = 0): number {
  let a = 0x811c9dc5 ^ seed;
  let b = 0x9e3779b9 ^ length;
  for (let index = 0; index < length; index++) {
    const byte = bytes[index] as number;
    a = Math.imul(a ^ byte, 0x01000193);
    b = Math.imul(b ^ byte, 0x85ebca6b);
    b ^= b >>> 15;
  }
  return join(a, b);
}

/** Mixes two hashes; their order matters. */
export function mixHashes(left: number, right: number): number {
  let a = low(left) ^ 0x2545f491;
  let b = high(left) ^ 0x6c62272e;
  a = Math.imul(a ^ low(right), 0x9e3779b1);
  b = Math.imul(b ^ high(right), 0xc2b2ae35);
  a ^= b >>> 13;
  b = Math.imul(b ^ (a >>> 16), 0x27d4eb2f);
  a = Math.imul(a ^ (b >>> 15), 0x165667b1);
  return join(a, b);
}

export function hashText(text: string): number {
  let a = 0x811c9dc5;
  let b = 0x9e3779b9 ^ text.length;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ code, 0x85ebca6b);
    b ^= b >>> 15;
  }
  return join(a, b);
}

function join(a: number, b: number): number {
  return (b & 0x1f_ffff) * 0x1_0000_0000 + (a >>> 0);
}

function low(hash: number): number {
  return hash | 0;
}

function high(hash: number): number {
  return Math.floor(hash / 0x1_0000_0000);
}
