/**
 * Plain functions over byte ranges: the engine's hot paths name a range by (buffer, start, end) and allocate no views.
 */

export const NO_BYTES: Uint8Array = new Uint8Array(0);

/** Below this length a loop beats the call and the view that `set(subarray())` costs. */
const SHORT_COPY = 40;

/** Orders two byte ranges as unsigned bytes, a prefix first: negative, zero or positive. */
export function compareRanges(
  a: Uint8Array,
  aStart: number,
  aEnd: number,
  b: Uint8Array,
  bStart: number,
  bEnd: number,
): number {
  const aLength = aEnd - aStart;
  const bLength = bEnd - bStart;
  const shared = aLength < bLength ? aLength : bLength;
  for (let i = 0; i < shared; i++) {
    const difference = (a[aStart + i] as number) - (b[bStart + i] as number);
    if (difference !== 0) return difference;
  }
  return aLength - bLength;
}

/** Orders two keys as unsigned bytes, a prefix first: negative, zero or positive. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  return compareRanges(a, 0, a.length, b, 0, b.length);
}

/** Copies `source[start, end)` to `target` from `at` on. The ranges must not overlap. */
export function copyRange(source: Uint8Array, start: number, end: number, target: Uint8Array, at: number): void {
  if (end - start > SHORT_COPY) {
    target.set(start === 0 && end === source.length ? source : source.subarray(start, end), at);
    return;
  }
  for (let i = start, j = at; i < end; i++, j++) target[j] = source[i] as number;
}

/**
 * A buffer with the first `used` bytes of `buffer` and room for at least `needed`; the same one when it is large
 * enough.
 */
export function withCapacity(buffer: Uint8Array, used: number, needed: number): Uint8Array {
  if (needed <= buffer.length) return buffer;
  const grown = new Uint8Array(Math.max(needed, buffer.length * 2, 64));
  grown.set(buffer.subarray(0, used));
  return grown;
}
