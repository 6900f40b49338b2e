import { compareBytes } from "./bytes.ts";
import type { Compaction, CompactionReason } from "./compaction.ts";
import type { EngineContext } from "./context.ts";
import type { InternalKey } from "./internal-key.ts";
import { compareInternalKeys } from "./internal-key.ts";
import type { TableFile } from "./table-file.ts";
import { totalSize } from "./table-file.ts";
import type { Version } from "./version.ts";

/**
 * A compaction takes in more of its upper level if that brings in no more of the lower one and stays below this many
 * tables' size.
 */
const EXPANSION_TABLES = 25;

/** Decides what to compact next; touches nothing. */
export class CompactionPicker {
  protected readonly context: EngineContext;

  constructor(context: EngineContext) {
    this.context = context;
  }

  /** Whether some level holds more than it should. */
  needsCompaction(version: Version): boolean {
    return this.fullestLevel(version) !== undefined;
  }

  /**
   * The compaction that is most needed.
   *
   * @param pointer where the last compaction of a level ended: levels are worked through in turn
   */
  pick(version: Version, pointer: (level: number) => InternalKey | undefined): Compaction | undefined {
    const level = this.fullestLevel(version);
    if (level === undefined) return undefined;
    const files = version.level(level);
    const last = pointer(level);
    const seed = files.find((file) => last === undefined || compareInternalKeys(file.largest, last) > 0) ?? files[0];
    if (seed === undefined) return undefined;
    return this.around(version, level, [seed], level === 0 ? "level0" : "size");
  }

  /**
   * The compaction of a level's tables that meet [from, to]; undefined when none does. An end that is undefined is
   * open.
   */
  pickRange(
    version: Version,
    level: number,
    from: Uint8Array | undefined,
    to: Uint8Array | undefined,
  ): Compaction | undefined {
    const files = version.overlapping(level, from, to);
    if (files.length === 0) return undefined;
    return this.around(version, level, files, "manual");
  }

  /** How full each level is; the last has nowhere to go, and counts as empty. */
  scores(version: Version): number[] {
    const { levelCount } = this.context.options;
    return Array.from({ length: levelCount }, (_, level) => (level < levelCount - 1 ? this.score(version, level) : 0));
  }

  /** How full a level is; 1 and above calls for a compaction. */
  protected score(version: Version, level: number): number {
    const files = version.level(level);
    // Level 0 by count and not by size: each of its tables costs every read a look.
    if (level === 0) return files.length / this.context.options.level0CompactionTrigger;
    return totalSize(files) / this.levelBytes(level);
  }

  /** Bytes that a level may hold. */
  protected levelBytes(level: number): number {
    let bytes = this.context.options.level1Bytes;
    for (let i = 1; i < level; i++) bytes *= this.context.options.levelSizeMultiplier;
    return bytes;
  }

  private fullestLevel(version: Version): number | undefined {
    let fullest: number | undefined;
    let highest = 1;
    // The last level has nowhere to go.
    for (let level = 0; level < this.context.options.levelCount - 1; level++) {
      const score = this.score(version, level);
      if (score >= highest && (fullest === undefined || score > highest)) {
        fullest = level;
        highest = score;
      }
    }
    return fullest;
  }

  /** The compaction that has `seeds` among its inputs. */
  private around(version: Version, level: number, seeds: readonly TableFile[], reason: CompactionReason): Compaction {
    const outputLevel = level + 1;
    let upper = level === 0 ? closure(version, seeds) : seeds;
    let range = rangeOf(upper);
    let lower = version.overlapping(outputLevel, range.from, range.to);
    if (lower.length > 0 && level > 0) {
      const whole = rangeOf([...upper, ...lower]);
      const wider = version.overlapping(level, whole.from, whole.to);
      const widerRange = rangeOf(wider);
      const same = version.overlapping(outputLevel, widerRange.from, widerRange.to).length === lower.length;
      const limit = EXPANSION_TABLES * this.context.options.tableBytes;
      if (wider.length > upper.length && same && totalSize(wider) + totalSize(lower) < limit) {
        upper = wider;
        range = widerRange;
      }
    }
    const all = rangeOf([...upper, ...lower]);
    // Deterministic: the same version gives the same compaction.
    lower = [...lower];
    return {
      reason,
      level,
      outputLevel,
      version,
      upper,
      lower,
      grandparents: version.overlapping(outputLevel + 1, all.from, all.to),
      pointer: largestOf(upper),
    };
  }
}

/**
 * On level 0 tables overlap: all that meet the seeds, and those that meet these, must go together, or an older entry
 * would hide a newer.
 */
function closure(version: Version, seeds: readonly TableFile[]): readonly TableFile[] {
  let files = seeds;
  for (;;) {
    const range = rangeOf(files);
    const wider = version.overlapping(0, range.from, range.to);
    if (wider.length === files.length) return wider;
    files = wider;
  }
}

function rangeOf(files: readonly TableFile[]): { readonly from: Uint8Array; readonly to: Uint8Array } {
  let from = (files[0] as TableFile).smallest.userKey;
  let to = (files[0] as TableFile).largest.userKey;
  for (const file of files) {
    if (compareBytes(file.smallest.userKey, from) < 0) from = file.smallest.userKey;
    if (compareBytes(file.largest.userKey, to) > 0) to = file.largest.userKey;
  }
  return { from, to };
}

function largestOf(files: readonly TableFile[]): InternalKey {
  let largest = (files[0] as TableFile).largest;
  for (const file of files) if (compareInternalKeys(file.largest, largest) > 0) largest = file.largest;
  return largest;
}
