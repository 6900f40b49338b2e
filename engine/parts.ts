import { BackgroundWork } from "./background-work.ts";
import { BlockCache } from "./block-cache.ts";
import { Checkpoint } from "./checkpoint.ts";
import { CommitQueue } from "./commit-queue.ts";
import { CompactionJob } from "./compaction-job.ts";
import { CompactionPicker } from "./compaction-picker.ts";
import { CurrentFile } from "./current-file.ts";
import { Database } from "./database.ts";
import { FlushJob } from "./flush-job.ts";
import { LogFollower } from "./log-follower.ts";
import { LogReader } from "./log-reader.ts";
import { LogWriter } from "./log-writer.ts";
import { Memtable } from "./memtable.ts";
import { ObsoleteFiles } from "./obsolete-files.ts";
import { ReadOnlyDatabase } from "./read-only-database.ts";
import { Recovery } from "./recovery.ts";
import { Table } from "./table.ts";
import { TableBuilder } from "./table-builder.ts";
import { TableCache } from "./table-cache.ts";
import { Verification } from "./verification.ts";
import { Version } from "./version.ts";
import { VersionSet } from "./version-set.ts";
import { WriteAheadLog } from "./write-ahead-log.ts";

/**
 * The classes that a database is built from. Each makes its decisions in protected methods; a variant of the engine is
 * a table in which some class is replaced by a subclass that decides otherwise.
 */
export interface EngineParts {
  readonly BackgroundWork: typeof BackgroundWork;
  readonly BlockCache: typeof BlockCache;
  readonly Checkpoint: typeof Checkpoint;
  readonly CommitQueue: typeof CommitQueue;
  readonly CompactionJob: typeof CompactionJob;
  readonly CompactionPicker: typeof CompactionPicker;
  readonly CurrentFile: typeof CurrentFile;
  readonly Database: typeof Database;
  readonly FlushJob: typeof FlushJob;
  readonly LogFollower: typeof LogFollower;
  readonly LogReader: typeof LogReader;
  readonly LogWriter: typeof LogWriter;
  readonly Memtable: typeof Memtable;
  readonly ObsoleteFiles: typeof ObsoleteFiles;
  readonly ReadOnlyDatabase: typeof ReadOnlyDatabase;
  readonly Recovery: typeof Recovery;
  readonly Table: typeof Table;
  readonly TableBuilder: typeof TableBuilder;
  readonly TableCache: typeof TableCache;
  readonly Verification: typeof Verification;
  readonly Version: typeof Version;
  readonly VersionSet: typeof VersionSet;
  readonly WriteAheadLog: typeof WriteAheadLog;
}

export const defaultEngineParts: EngineParts = {
  BackgroundWork,
  BlockCache,
  Checkpoint,
  CommitQueue,
  CompactionJob,
  CompactionPicker,
  CurrentFile,
  Database,
  FlushJob,
  LogFollower,
  LogReader,
  LogWriter,
  Memtable,
  ObsoleteFiles,
  ReadOnlyDatabase,
  Recovery,
  Table,
  TableBuilder,
  TableCache,
  Verification,
  Version,
  VersionSet,
  WriteAheadLog,
};
