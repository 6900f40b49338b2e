import type { HistoryValue, Operation } from "./history.ts";
import { identityOf, type Identity } from "./identity.ts";
import { isChange, leftBy } from "./registers.ts";

/**
 * What a read of several keys found, held against the order of writes:
 *
 * - "current": all of it was so at one position, and no write that was acknowledged before the read is missing.
 * - "stale-prefix": all of it was so at one position, in the past.
 * - "partial": with the keys that it left out put in, it would be the state at one position. Nothing said that they are missing.
 * - "mixed": no position explains it. It was put together from several.
 */
export type SnapshotKind = "current" | "stale-prefix" | "partial" | "mixed";

/** A read of several keys, and what it was. */
export interface ClassifiedRead {
  readonly read: Operation;
  readonly kind: SnapshotKind;
  /** The newest position at which what it found was so; of a partial read, what it did find. undefined of a mixed one. */
  readonly position: number | undefined;
  /** Keys that it left out, of a partial read. */
  readonly missing: readonly string[];
}

/** What a read of several keys looked at, and what it found there. */
export interface ManyFound {
  readonly read: Operation;
  /** By key, every key that it looked at; null where it found nothing. */
  readonly found: ReadonlyMap<string, HistoryValue>;
}

/** A change with its place in the order of writes. */
interface Placed {
  readonly key: string;
  readonly value: Identity;
  readonly position: number;
  readonly completed: number;
}

const NOTHING = identityOf(null);

/**
 * Classifies reads of several registers by the order of writes that the system itself tells. A read that found what was written
 * at a position not known, or by nobody, is left out: that is another checker's matter.
 *
 * @param changes of registers; other operations among them are passed over
 */
export function classifySnapshots(changes: readonly Operation[], reads: readonly ManyFound[]): ClassifiedRead[] {
  const placed: Placed[] = [];
  const unplaced = new Set<string>();
  for (const change of changes) {
    if (!isChange(change) || change.key === undefined) continue;
    const { key, position, completed } = change;
    if (position === undefined) unplaced.add(key);
    else placed.push({ key, value: identityOf(leftBy(change)), position, completed });
  }
  placed.sort((a, b) => a.position - b.position);
  const values = new Map<string, Set<Identity>>();
  for (const { key, value } of placed) {
    const known = values.get(key);
    if (known === undefined) values.set(key, new Set([NOTHING, value]));
    else known.add(value);
  }
  return reads.flatMap(({ read, found }) => {
    const wanted = new Map([...found].map(([key, value]) => [key, identityOf(value)] as const));
    const known = [...wanted].every(
      ([key, value]) => !unplaced.has(key) && (values.get(key)?.has(value) ?? value === NOTHING),
    );
    return known ? [classify(read, wanted, placed)] : [];
  });
}

/** Walks the order of writes once, keeping count of the keys in which the state differs from what was found. */
function classify(read: Operation, wanted: ReadonlyMap<string, Identity>, placed: readonly Placed[]): ClassifiedRead {
  const wrong = new Set<string>();
  /** Of those, the keys that were found to hold something. */
  let wrongFound = 0;
  const note = (key: string, matches: boolean): void => {
    if (matches === !wrong.has(key)) return;
    const held = wanted.get(key) !== NOTHING;
    if (matches) wrong.delete(key);
    else wrong.add(key);
    if (held) wrongFound += matches ? -1 : 1;
  };
  for (const [key, value] of wanted) note(key, value === NOTHING);
  let whole: number | undefined = wrong.size === 0 ? 0 : undefined;
  let partial: { readonly position: number; readonly missing: readonly string[] } | undefined;
  for (const { key, value, position } of placed) {
    const seen = wanted.get(key);
    if (seen !== undefined) note(key, seen === value);
    if (wrong.size === 0) whole = position;
    else if (wrongFound === 0) partial = { position, missing: [...wrong] };
  }
  if (whole !== undefined) {
    const seenUpTo = whole;
    const stale = placed.some(
      ({ key, position, completed }) => wanted.has(key) && position > seenUpTo && completed < read.invoked,
    );
    return { read, kind: stale ? "stale-prefix" : "current", position: whole, missing: [] };
  }
  if (partial !== undefined) return { read, kind: "partial", ...partial };
  return { read, kind: "mixed", position: undefined, missing: [] };
}
