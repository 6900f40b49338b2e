import type { Operation } from "./history.ts";
import { isAnswer, isChange, registersOf, seenOf } from "./registers.ts";

/** A version of a database's files became durable: from then on any reader of the files could have known of it. */
export interface DurableVersion {
  readonly version: number;
  /** Every write up to this position is in its files. */
  readonly position: number;
  /** True time in nanoseconds. */
  readonly time: number;
}

/** A read served from older files than there had been for long. */
export interface StaleVersion {
  readonly read: Operation;
  /** The earliest version that held what the read missed. */
  readonly version: DurableVersion;
  /** What the read missed. */
  readonly missed: Operation;
  /** How long that version had been durable when the read began, in nanoseconds. */
  readonly age: number;
}

/**
 * Finds reads that missed a write although files that held it had been durable for more than `bound` nanoseconds when the
 * read began. A write whose position is not known, or that no file holds yet, accuses nobody. Only registers are looked at.
 */
export function staleVersions(
  operations: readonly Operation[],
  versions: readonly DurableVersion[],
  bound: number,
): StaleVersion[] {
  const inOrder = [...versions].sort((a, b) => a.time - b.time);
  const found: StaleVersion[] = [];
  for (const same of registersOf(operations).values()) {
    const changes = same.filter((operation) => isChange(operation) && operation.outcome === "ok");
    for (const read of same) {
      if (!isAnswer(read)) continue;
      const seen = positionOf(read, same);
      if (seen === undefined) continue;
      const stale = changes
        .filter((change) => change.position !== undefined && change.position > seen)
        .map((missed) => ({
          missed,
          version: inOrder.find((version) => version.position >= (missed.position ?? Infinity)),
        }))
        .find(({ version }) => version !== undefined && version.time + bound < read.invoked);
      if (stale?.version !== undefined) {
        const age = read.invoked - stale.version.time;
        found.push({ read, version: stale.version, missed: stale.missed, age });
      }
    }
  }
  return found.sort((a, b) => a.read.index - b.read.index);
}

/**
 * The newest position at which what was read can have been written: 0 for what was there before the first write, undefined
 * when an origin's position is not known, so that nothing can be said.
 */
function positionOf(read: Operation, same: readonly Operation[]): number | undefined {
  let newest = 0;
  for (const origin of same) {
    if (!isChange(origin) || seenOf(origin) !== seenOf(read)) continue;
    if (origin.position === undefined) return undefined;
    newest = Math.max(newest, origin.position);
  }
  return newest;
}
