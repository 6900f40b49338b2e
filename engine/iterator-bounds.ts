import { compareBytes } from "./bytes.ts";
import type { Snapshot } from "./snapshot.ts";

/** Which keys an iterator walks over. Where several bounds are given, all hold. */
export interface IteratorOptions {
  /** From this key on. */
  readonly gte?: Uint8Array;
  /** From behind this key. */
  readonly gt?: Uint8Array;
  /** Up to this key. */
  readonly lte?: Uint8Array;
  /** Up to before this key. */
  readonly lt?: Uint8Array;
  /** Only keys that begin with these bytes. */
  readonly prefix?: Uint8Array;
  /** Walk downwards in `for await` and in {@link DatabaseIterator.take}. */
  readonly reverse?: boolean;
  /** Sees the database as it was then; by default as it is when the iterator is made. */
  readonly snapshot?: Snapshot;
}

/** One end of a range of keys. */
export interface Bound {
  readonly key: Uint8Array;
  readonly inclusive: boolean;
}

/** Where the keys begin that the options admit; undefined for no bound. */
export function lowerBound({ gte, gt, prefix }: IteratorOptions): Bound | undefined {
  return strictest([bound(gte, true), bound(gt, false), bound(prefix, true)], 1);
}

/** Where the keys end that the options admit; undefined for no bound. */
export function upperBound({ lte, lt, prefix }: IteratorOptions): Bound | undefined {
  const behind = prefix === undefined ? undefined : prefixSuccessor(prefix);
  return strictest([bound(lte, true), bound(lt, false), bound(behind, false)], -1);
}

/** The smallest key above all that begin with `prefix`; undefined when there is none. */
function prefixSuccessor(prefix: Uint8Array): Uint8Array | undefined {
  for (let end = prefix.length; end > 0; end--) {
    const last = prefix[end - 1] as number;
    if (last === 0xff) continue;
    const successor = prefix.slice(0, end);
    successor[end - 1] = last + 1;
    return successor;
  }
  return undefined;
}

function bound(key: Uint8Array | undefined, inclusive: boolean): Bound | undefined {
  return key === undefined ? undefined : { key, inclusive };
}

/** Of bounds the strictest, for an end where a larger key is stricter (`sign` 1) or a smaller one is (-1). */
function strictest(bounds: readonly (Bound | undefined)[], sign: number): Bound | undefined {
  let found: Bound | undefined;
  for (const each of bounds) {
    if (each === undefined) continue;
    const order = found === undefined ? 1 : compareBytes(each.key, found.key) * sign;
    if (order > 0 || (order === 0 && !each.inclusive)) found = each;
  }
  return found;
}
