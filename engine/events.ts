/**
 * What an engine traces. Every event also carries `database`, the directory. Files are given by number, several of them
 * as "4,5,6". Fields named `bytes` are bytes, `nanoseconds` nanoseconds.
 */
export type EngineEvent =
  | { readonly kind: "database-opened"; readonly version: number; readonly files: number; readonly sequence: number }
  | { readonly kind: "database-closed" }
  | { readonly kind: "database-failed"; readonly reason: string }
  | { readonly kind: "recovery-started"; readonly manifest: string }
  | {
      readonly kind: "recovery-log-replayed";
      readonly log: number;
      readonly records: number;
      readonly bytes: number;
      /** Where the log's torn end began, if it had one. */
      readonly tornAt: number | undefined;
    }
  | { readonly kind: "recovery-finished"; readonly version: number; readonly logs: number; readonly sequence: number }
  | { readonly kind: "wal-created"; readonly log: number }
  | { readonly kind: "manifest-created"; readonly manifest: string }
  | { readonly kind: "flush-started"; readonly file: number; readonly entries: number }
  | { readonly kind: "flush-finished"; readonly file: number; readonly entries: number; readonly bytes: number }
  | {
      readonly kind: "compaction-started";
      readonly level: number;
      readonly outputLevel: number;
      readonly inputs: string;
      readonly bytes: number;
      readonly reason: string;
    }
  | {
      readonly kind: "compaction-finished";
      readonly level: number;
      readonly outputLevel: number;
      readonly inputs: string;
      readonly outputs: string;
      readonly bytes: number;
      /** Entries that no reader could see any more. */
      readonly dropped: number;
    }
  | {
      /** A version edit is durable, and its version is what readers see from now on. */
      readonly kind: "version-installed";
      readonly version: number;
      readonly added: string;
      readonly removed: string;
      readonly log: number;
      /** Sequence number up to which every write is in tables. */
      readonly flushed: number;
    }
  | {
      readonly kind: "checkpoint-created";
      /** Its directory. */
      readonly checkpoint: string;
      /** Writes up to this sequence number are in it. */
      readonly sequence: number;
    }
  | { /** A flush or compaction waits for room. */ readonly kind: "disk-full"; readonly reason: string }
  | {
      /** From here on, whoever else opens the file may not find it. */ readonly kind: "file-delete-started";
      readonly file: string;
    }
  | { readonly kind: "file-deleted"; readonly file: string }
  | { readonly kind: "file-delete-failed"; readonly file: string; readonly reason: string }
  | { readonly kind: "close-failed"; readonly file: string; readonly reason: string }
  | { readonly kind: "write-stall"; readonly reason: string; readonly level0: number }
  | { readonly kind: "write-resumed"; readonly reason: string; readonly nanoseconds: number }
  | {
      /** A read-only instance has taken over a version. */
      readonly kind: "manifest-read";
      readonly manifest: string;
      readonly version: number;
      readonly files: string;
    }
  | {
      /** A read-only instance has found the manifest to end in the middle of an edit, and waits for the rest. */
      readonly kind: "manifest-incomplete";
      readonly manifest: string;
      /** Where the edit begins that is not whole. */
      readonly offset: number;
      /** The version up to which the edits are whole; 0 when none is. */
      readonly version: number;
    }
  | { readonly kind: "table-opened"; readonly file: string }
  | { readonly kind: "table-missing"; readonly file: string; readonly version: number; readonly reason: string };
