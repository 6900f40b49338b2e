/** The entries that the benchmark writes and reads: db_bench's keys of 16 digits, and its values of half random text. */

export const KEY_BYTES = 16;
export const VALUE_BYTES = 100;

/** The key of a number: sixteen decimal digits. A new array each time, since an engine may keep what it is given. */
export function keyOf(index: number): Uint8Array {
  const key = new Uint8Array(KEY_BYTES);
  let rest = index;
  for (let at = KEY_BYTES - 1; at >= 0; at--) {
    const next = Math.floor(rest / 10);
    key[at] = 48 + rest - next * 10;
    rest = next;
  }
  return key;
}

/** A key that sorts right behind {@link keyOf} of the same number, and that nobody ever writes. */
export function missingKeyOf(index: number): Uint8Array {
  const key = new Uint8Array(KEY_BYTES + 1);
  key.set(keyOf(index));
  key[KEY_BYTES] = 46;
  return key;
}

/** Values of a size, of which a compressor would save half, one after another out of a large supply (db_bench). */
export function valueSource(size: number): () => Uint8Array {
  const random = randomIndexes(0x7fff_ffff, 301);
  const supply = new Uint8Array(Math.max(1 << 20, size * 2));
  for (let at = 0; at < supply.length; at += 100) {
    for (let i = 0; i < 50; i++) supply[at + i] = 32 + (random() % 95);
    supply.copyWithin(at + 50, at, at + 50);
  }
  let position = 0;
  return () => {
    if (position + size > supply.length) position = 0;
    position += size;
    return supply.subarray(position - size, position);
  };
}

/** Draws numbers below `bound` (xorshift32). */
export function randomIndexes(bound: number, seed: number): () => number {
  let state = seed | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % bound;
  };
}

/**
 * An order in which every number below `count` comes once and none follows another by a rule that a tree could profit
 * from: a Feistel network over the next power of four, numbers out of range sent through it again.
 */
export function shuffledIndexes(count: number, seed: number): (i: number) => number {
  let halfBits = 1;
  while (4 ** halfBits < count) halfBits++;
  const mask = (1 << halfBits) - 1;
  return (i) => {
    let number = i;
    do {
      let left = number >>> halfBits;
      let right = number & mask;
      for (let round = 1; round <= 3; round++) {
        let mixed = Math.imul(right + seed * round, 0x85eb_ca6b);
        mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2_ae35);
        const next = left ^ ((mixed ^ (mixed >>> 16)) & mask);
        left = right;
        right = next;
      }
      number = (left << halfBits) | right;
    } while (number >= count);
    return number;
  };
}
