import type { Operation } from "./history.ts";
import { staleReads, type StaleRead } from "./staleness.ts";
import type { DurableVersion } from "./versions.ts";

/**
 * Finds reads that missed a write which had been acknowledged for more than `bound` nanoseconds when the read began, while no
 * durable file held it: it stood in the writer's log and memory alone, where a reader of the files does not look. A write
 * whose position is not known accuses nobody. Only registers are looked at.
 */
export function unflushedReads(
  operations: readonly Operation[],
  versions: readonly DurableVersion[],
  bound: number,
): StaleRead[] {
  return staleReads(operations, bound).filter(({ read, overwrittenBy: { position } }) => {
    if (position === undefined) return false;
    return !versions.some((version) => version.position >= position && version.time < read.completed);
  });
}
