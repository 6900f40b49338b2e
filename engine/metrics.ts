import type { Counters, StallReason } from "./counters.ts";
import { totalSize } from "./table-file.ts";
import type { Version } from "./version.ts";

/** One level's shape, and what compactions into it have cost. Bytes are bytes. */
export interface LevelMetrics {
  readonly files: number;
  readonly bytes: number;
  /** How full it is; from 1 on it calls for a compaction. The last level has none. */
  readonly score: number;
  readonly compactionBytesRead: number;
  readonly compactionBytesWritten: number;
}

export interface StallMetrics {
  readonly count: number;
  readonly nanoseconds: number;
}

/** How a database is and what it has done since it was opened. Bytes are bytes. */
export interface DatabaseMetrics {
  readonly levels: readonly LevelMetrics[];
  /** Bytes that went to the log and to tables for each byte written; 0 before the first write. */
  readonly writeAmplification: number;
  /** Tables that a get has asked, on average; 0 before the first get. */
  readonly readAmplification: number;
  /** Bytes of all tables for each byte of the deepest level that has any: how much of it may be out of date. */
  readonly spaceAmplification: number;

  readonly changes: number;
  /** Changes logged together, on average; 0 before the first write. */
  readonly groupSize: number;
  readonly writtenBytes: number;
  readonly logBytes: number;
  readonly logSyncs: number;
  readonly gets: number;
  readonly memtableBytes: number;
  /** Bytes of the memtable that is being flushed; 0 when none is. */
  readonly immutableBytes: number;

  readonly blockCache: { readonly hits: number; readonly misses: number; readonly bytes: number };
  readonly tableCache: { readonly hits: number; readonly misses: number; readonly open: number };
  /** Reads that the filter saved, and those that it should have. */
  readonly filter: { readonly useful: number; readonly falsePositives: number };
  readonly blockBytesRead: number;

  readonly flushes: number;
  readonly flushedBytes: number;
  readonly compactions: number;
  readonly movedTables: number;
  readonly stalls: Readonly<Record<StallReason, StallMetrics>>;
  /** Files that are to be deleted. */
  readonly obsoleteFiles: number;
  readonly snapshots: number;
}

/** The part of the metrics that is known by looking. */
export type Gauges = Pick<DatabaseMetrics, "memtableBytes" | "immutableBytes" | "obsoleteFiles" | "snapshots"> & {
  readonly blockCacheBytes: number;
  readonly openTables: number;
  readonly scores: readonly number[];
};

/** Puts the metrics together. */
export function metricsOf(counters: Counters, version: Version, gauges: Gauges): DatabaseMetrics {
  const { compactionBytesRead, compactionBytesWritten } = counters;
  const levels = gauges.scores.map((score, level) => {
    const files = version.level(level);
    return {
      files: files.length,
      bytes: totalSize(files),
      score,
      compactionBytesRead: compactionBytesRead[level] ?? 0,
      compactionBytesWritten: compactionBytesWritten[level] ?? 0,
    };
  });
  const stored = sum(levels.map(({ bytes }) => bytes));
  const deepest = levels.findLast(({ bytes }) => bytes > 0)?.bytes ?? 0;
  const physical = counters.logBytes + counters.flushedBytes + sum(levels.map((level) => level.compactionBytesWritten));
  const stall = (reason: StallReason): StallMetrics => ({
    count: counters.stalls[reason],
    nanoseconds: counters.stallTime[reason],
  });
  return {
    levels,
    writeAmplification: ratio(physical, counters.writtenBytes),
    readAmplification: ratio(counters.tableProbes, counters.gets),
    spaceAmplification: ratio(stored, deepest),
    changes: counters.changes,
    groupSize: ratio(counters.changes, counters.groups),
    writtenBytes: counters.writtenBytes,
    logBytes: counters.logBytes,
    logSyncs: counters.logSyncs,
    gets: counters.gets,
    memtableBytes: gauges.memtableBytes,
    immutableBytes: gauges.immutableBytes,
    blockCache: { hits: counters.blockCacheHits, misses: counters.blockCacheMisses, bytes: gauges.blockCacheBytes },
    tableCache: { hits: counters.tableCacheHits, misses: counters.tableCacheMisses, open: gauges.openTables },
    filter: { useful: counters.filterDenials, falsePositives: counters.filterFalsePositives },
    blockBytesRead: counters.blockBytesRead,
    flushes: counters.flushes,
    flushedBytes: counters.flushedBytes,
    compactions: counters.compactions,
    movedTables: counters.movedTables,
    stalls: {
      memtable: stall("memtable"),
      "level0-slowdown": stall("level0-slowdown"),
      "level0-stop": stall("level0-stop"),
    },
    obsoleteFiles: gauges.obsoleteFiles,
    snapshots: gauges.snapshots,
  };
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

function sum(numbers: readonly number[]): number {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
}
