/** What a database has done since it was opened: plain numbers, counted where the work is done. */
export class Counters {
  /** Changes written, the groups in which they were logged, and their bytes. */
  changes = 0;
  groups = 0;
  writtenBytes = 0;
  logBytes = 0;
  logSyncs = 0;

  gets = 0;
  /** Tables that gets have asked. */
  tableProbes = 0;
  /** Tables that a get did not read since the filter denied the key, and those read in vain since it did not. */
  filterDenials = 0;
  filterFalsePositives = 0;
  blockCacheHits = 0;
  blockCacheMisses = 0;
  tableCacheHits = 0;
  tableCacheMisses = 0;
  /** Bytes of blocks that were read for gets and iterators. */
  blockBytesRead = 0;

  flushes = 0;
  flushedBytes = 0;
  compactions = 0;
  /** Tables that went down a level as they were. */
  movedTables = 0;
  /** Bytes that compactions into each level have read and written; nothing for a level without any. */
  readonly compactionBytesRead: number[] = [];
  readonly compactionBytesWritten: number[] = [];

  readonly stalls: Record<StallReason, number> = { memtable: 0, "level0-slowdown": 0, "level0-stop": 0 };
  /** Nanoseconds. */
  readonly stallTime: Record<StallReason, number> = { memtable: 0, "level0-slowdown": 0, "level0-stop": 0 };

  noteCompaction(outputLevel: number, bytesRead: number, bytesWritten: number): void {
    this.compactions++;
    this.compactionBytesRead[outputLevel] = (this.compactionBytesRead[outputLevel] ?? 0) + bytesRead;
    this.compactionBytesWritten[outputLevel] = (this.compactionBytesWritten[outputLevel] ?? 0) + bytesWritten;
  }
}

/** Why writes wait: the memtable before is still being flushed, or level 0 has (far) too many tables. */
export type StallReason = "memtable" | "level0-slowdown" | "level0-stop";
