import type { TableFile } from "./table-file.ts";
import { totalSize } from "./table-file.ts";
import type { Version } from "./version.ts";
import type { InternalKey } from "./internal-key.ts";

/** Why a compaction is done. */
export type CompactionReason = "level0" | "size" | "manual";

/**
 * A compaction that was picked: tables of one level, and those of the next that meet them, are to be replaced by new
 * tables of the next level.
 */
export interface Compaction {
  readonly reason: CompactionReason;
  readonly level: number;
  readonly outputLevel: number;
  /** The version it was picked from. */
  readonly version: Version;
  /** The tables of `level`. */
  readonly upper: readonly TableFile[];
  /** The tables of `outputLevel`. */
  readonly lower: readonly TableFile[];
  /**
   * Tables of the level below `outputLevel` that meet the result: an output must not meet too many, or its own
   * compaction is dear.
   */
  readonly grandparents: readonly TableFile[];
  /** Where the next compaction of `level` goes on. */
  readonly pointer: InternalKey;
}

/** All tables that a compaction reads. */
export function compactionInputs(compaction: Compaction): readonly TableFile[] {
  return [...compaction.upper, ...compaction.lower];
}

/** Whether the one table can go down a level as it is. With range deletes it is rewritten, which may end their use. */
export function isTrivialMove(compaction: Compaction, grandparentLimit: number): boolean {
  return (
    compaction.upper.length === 1 &&
    compaction.lower.length === 0 &&
    compaction.upper[0]?.rangeDeletions === 0 &&
    totalSize(compaction.grandparents) <= grandparentLimit
  );
}
