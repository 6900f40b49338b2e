import type { FileSystemError } from "../host/file-system-error.ts";
import type { Condition } from "./condition.ts";
import type { Memtable } from "./memtable.ts";
import type { SnapshotList } from "./snapshot.ts";
import type { TableCache } from "./table-cache.ts";
import type { VersionSet } from "./version-set.ts";
import type { WriteAheadLog } from "./write-ahead-log.ts";

/** What writing, flushing and compacting share. */
export interface EngineState {
  /** Takes the writes. */
  memtable: Memtable;
  /** Full, and on its way into a table. */
  immutable: Memtable | undefined;
  /** Why the flush or compaction under way has to wait for room on the disk, while it does. */
  fullDisk: FileSystemError | undefined;
  readonly log: WriteAheadLog;
  readonly versions: VersionSet;
  readonly tables: TableCache;
  readonly snapshots: SnapshotList;
  /** Notified when a flush or compaction has ended, or the database failed or closes. */
  readonly changed: Condition;
}
