/** The LSM engine's public face. */
export { compareBytes, copyRange, NO_BYTES, withCapacity } from "./bytes.ts";
export { ByteReader, ByteWriter, MalformedBytesError, putVarint } from "./coding.ts";
export { Condition } from "./condition.ts";
export type { Database, ReadOptions, WriteOptions } from "./database.ts";
export type { DatabaseIterator, KeyValue } from "./database-iterator.ts";
export {
  CheckpointTargetError,
  CorruptionError,
  DatabaseClosedError,
  DatabaseError,
  DatabaseExistenceError,
  DatabaseFailedError,
  DatabaseLockedError,
  InvalidOptionError,
  LockLostError,
  LogMissingError,
  ManifestUnavailableError,
  TableMissingError,
  UnsupportedFormatError,
} from "./errors.ts";
export type { EngineEvent } from "./events.ts";
export { joinPath, parentPath } from "./file-names.ts";
export type { IteratorOptions } from "./iterator-bounds.ts";
export { LogReader, type LogTail } from "./log-reader.ts";
export { LogWriter } from "./log-writer.ts";
export type { MaybePromise } from "./maybe-promise.ts";
export type { DatabaseMetrics, LevelMetrics } from "./metrics.ts";
export { Mutex } from "./mutex.ts";
export { DEFAULT_OPTIONS, type CpuCosts, type EngineOptions } from "./options.ts";
export { checkpointForeignDatabase, openDatabase, openReadOnlyDatabase, type DatabaseSettings } from "./open.ts";
export { defaultEngineParts, type EngineParts } from "./parts.ts";
export type { ReadOnlyDatabase } from "./read-only-database.ts";
export type { Snapshot } from "./snapshot.ts";
export type { VerificationReport } from "./verification.ts";
export { WriteBatch, type BatchOperation } from "./write-batch.ts";
