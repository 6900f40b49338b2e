import type { CompressionMethod } from "./compression.ts";
import { InvalidOptionError } from "./errors.ts";

const KIB = 1_024;
const MIB = 1_024 * KIB;

/** What an engine's work costs a processor of nominal speed, in nanoseconds; see CpuMeter. */
export interface CpuCosts {
  /** One change put into the memtable. */
  readonly write: number;
  /** One get, or one step of an iterator. */
  readonly read: number;
  /** One byte logged, or read into memory: copying and checksum. */
  readonly byte: number;
  /** One entry written to a table. */
  readonly tableEntry: number;
}

/** See {@link EngineOptions.tableReads}. */
export type TableReads = "buffered" | "direct" | "mapped";

/** See {@link EngineOptions.followLog}. */
export type FollowLog = "no" | "synced" | "all";

/**
 * How a database behaves. Defaults are LevelDB's, where it has the option; but the block cache is RocksDB's: LevelDB maps
 * its tables into memory, so that a block that is in no cache costs it no call.
 */
export interface EngineOptions {
  /** Make a database where there is none. */
  readonly createIfMissing: boolean;
  /** Refuse to open a database that exists. */
  readonly errorIfExists: boolean;
  /**
   * Whether a read-only instance reads the writer's logs beside its tables: not at all; as far as they are known to be
   * durable, which a log says only with its next record, so that the last writes may be missing; or all that is there,
   * of which a crash of the writer may take back what was not synced.
   */
  readonly followLog: FollowLog;
  /** Bytes of memtable above which it is written to a table. */
  readonly writeBufferBytes: number;
  /**
   * Bytes of log above which it is synced while writes go on, so that the sync when a memtable is full, which writes
   * wait for, finds little left to do (RocksDB's wal_bytes_per_sync); 0 for never. Promises nothing about a write.
   */
  readonly walBytesPerSync: number;
  /** Bytes of a table above which a compaction begins the next. */
  readonly tableBytes: number;
  /** Bytes of a data block above which a table begins the next, before compression. */
  readonly blockBytes: number;
  /** Entries from one restart point of a block to the next. */
  readonly blockRestartInterval: number;
  /** How blocks are stored. One that "deflate" does not make an eighth smaller is stored as it is. */
  readonly compression: CompressionMethod;
  /** Bits of Bloom filter a key; 0 for none. */
  readonly bloomBitsPerKey: number;
  /**
   * How tables are read: through the system's cache of pages; past it, whole sectors at a time; or as if they were mapped
   * into memory, where a page once touched costs no call and is never asked for again, and one that cannot be read kills the
   * process (SIGBUS).
   */
  readonly tableReads: TableReads;
  /** Bytes of data blocks kept in memory; 0 for none. */
  readonly blockCacheBytes: number;
  /** Tables kept open, with their indexes and filters in memory. */
  readonly maxOpenTables: number;
  /** Whether compactions run beside flushes, rather than each after the other. */
  readonly concurrentBackground: boolean;
  /** Tables on level 0 that call for a compaction... */
  readonly level0CompactionTrigger: number;
  /** ...that slow each write down by {@link slowdownDelay}... */
  readonly level0SlowdownTrigger: number;
  /** ...and that stop writes until a compaction is done. */
  readonly level0StopTrigger: number;
  /** How long a write waits when level 0 is past its slow-down trigger, in nanoseconds. */
  readonly slowdownDelay: number;
  /** How long a flush or compaction waits before it tries a full disk again, in nanoseconds. */
  readonly fullDiskDelay: number;
  /** Bytes on level 1 that call for a compaction; on each further level {@link levelSizeMultiplier} times as many. */
  readonly level1Bytes: number;
  readonly levelSizeMultiplier: number;
  readonly levelCount: number;
  /** Bytes of MANIFEST above which a new one is begun. */
  readonly manifestBytes: number;
  /** Bytes of writes that one group commit takes together. */
  readonly groupCommitBytes: number;
  /** Bytes that compactions read, and flushes and compactions write, at once. */
  readonly transferBytes: number;
  readonly cpuCosts: CpuCosts;
}

export const DEFAULT_OPTIONS: EngineOptions = {
  createIfMissing: true,
  errorIfExists: false,
  followLog: "no",
  writeBufferBytes: 4 * MIB,
  walBytesPerSync: MIB,
  tableBytes: 2 * MIB,
  blockBytes: 4 * KIB,
  blockRestartInterval: 16,
  compression: "none",
  bloomBitsPerKey: 10,
  tableReads: "buffered",
  blockCacheBytes: 32 * MIB,
  maxOpenTables: 990,
  concurrentBackground: true,
  level0CompactionTrigger: 4,
  level0SlowdownTrigger: 8,
  level0StopTrigger: 12,
  slowdownDelay: 1_000_000,
  fullDiskDelay: 1_000_000_000,
  level1Bytes: 10 * MIB,
  levelSizeMultiplier: 10,
  levelCount: 7,
  manifestBytes: 4 * MIB,
  groupCommitBytes: MIB,
  transferBytes: 128 * KIB,
  cpuCosts: { write: 1_000, read: 1_000, byte: 1, tableEntry: 300 },
};

type NumericOption = { [K in keyof EngineOptions]: EngineOptions[K] extends number ? K : never }[keyof EngineOptions];

/** The least value of each numeric option. */
const MINIMA: readonly (readonly [NumericOption, number])[] = [
  ["writeBufferBytes", 1],
  ["walBytesPerSync", 0],
  ["tableBytes", 1],
  ["blockBytes", 1],
  ["blockRestartInterval", 1],
  ["bloomBitsPerKey", 0],
  ["blockCacheBytes", 0],
  ["maxOpenTables", 1],
  ["level0CompactionTrigger", 1],
  ["level0SlowdownTrigger", 1],
  ["level0StopTrigger", 1],
  ["slowdownDelay", 0],
  ["fullDiskDelay", 0],
  ["level1Bytes", 1],
  ["levelSizeMultiplier", 1],
  ["levelCount", 2],
  ["manifestBytes", 1],
  ["groupCommitBytes", 1],
  ["transferBytes", 1],
];

const MAX_LEVELS = 20;
const TABLE_READS: readonly string[] = ["buffered", "direct", "mapped"] satisfies readonly TableReads[];
const FOLLOW_LOG: readonly string[] = ["no", "synced", "all"] satisfies readonly FollowLog[];
const COMPRESSION_METHODS: readonly string[] = ["none", "deflate"] satisfies readonly CompressionMethod[];

/**
 * The defaults with the given options in their place.
 *
 * @throws InvalidOptionError
 */
export function resolveOptions(given: Partial<EngineOptions> = {}): EngineOptions {
  const options: EngineOptions = { ...DEFAULT_OPTIONS, ...given };
  for (const [name, least] of MINIMA) {
    const value = options[name];
    if (!Number.isSafeInteger(value) || value < least) {
      throw new InvalidOptionError(name, value, `a whole number of at least ${least}`);
    }
  }
  // Options may come from a file: a wrong name must not pass for the default.
  if (!FOLLOW_LOG.includes(options.followLog)) {
    throw new InvalidOptionError("followLog", options.followLog, FOLLOW_LOG.join(", "));
  }
  if (!TABLE_READS.includes(options.tableReads)) {
    throw new InvalidOptionError("tableReads", options.tableReads, TABLE_READS.join(", "));
  }
  if (!COMPRESSION_METHODS.includes(options.compression)) {
    throw new InvalidOptionError("compression", options.compression, COMPRESSION_METHODS.join(" or "));
  }
  if (options.levelCount > MAX_LEVELS) {
    throw new InvalidOptionError("levelCount", options.levelCount, `at most ${MAX_LEVELS}`);
  }
  if (options.level0StopTrigger < options.level0CompactionTrigger) {
    throw new InvalidOptionError(
      "level0StopTrigger",
      options.level0StopTrigger,
      `at least level0CompactionTrigger (${options.level0CompactionTrigger}), or writes would stop for ever`,
    );
  }
  return options;
}
