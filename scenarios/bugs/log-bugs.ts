import { defaultEngineParts } from "../../engine/index.ts";
import { planted, type PlantedBug } from "./planted-bug.ts";

const { Checkpoint, LogReader, LogWriter, Recovery, WriteAheadLog } = defaultEngineParts;

/** Bugs in how write-ahead logs are written, synced and read. */
export const logBugs: readonly PlantedBug[] = [
  {
    id: "ST-2",
    title: "a log is rotated without being synced, and later syncs reach the newest alone",
    source: "leveldb#193, rocksdb fe09a6dae3",
    plant: planted({
      WriteAheadLog: class extends WriteAheadLog {
        protected override async retire(): Promise<void> {}
        protected override logsToSync() {
          return super.logsToSync().slice(-1);
        }
      },
    }),
    hunts: [{ kind: "states", workload: "rotation" }],
  },
  {
    id: "ST-5",
    title: "a torn or zeroed end of a log is returned as a value",
    source: "leveldb#251",
    plant: planted({
      LogReader: class extends LogReader {
        protected override acceptsChecksum(): boolean {
          return true;
        }
      },
    }),
    hunts: [{ kind: "states", workload: "sectors" }],
  },
  {
    id: "ST-7",
    title: "a short read is taken for the end of the file",
    source: "leveldb#1285",
    plant: planted({
      LogReader: class extends LogReader {
        protected override isEnd(count: number, wanted: number): boolean {
          return count < wanted;
        }
      },
    }),
    hunts: [{ kind: "errors", workload: "reopen" }],
  },
  {
    id: "ST-16",
    title: "after a damaged record the rest of its log is left out, and the next log replayed",
    source: "pebble#864",
    plant: planted({
      Recovery: class extends Recovery {
        protected override tailOf(): "torn" {
          return "torn";
        }
        protected override checkContinuity(): void {}
      },
      LogReader: class extends LogReader {
        protected override hasRotted(): Promise<boolean> {
          return Promise.resolve(false);
        }
      },
    }),
    hunts: [{ kind: "rot", workload: "rotation" }],
  },
  {
    id: "ST-18",
    title: "damage in the middle of a log silently ends it",
    source: "pebble#453",
    plant: planted({
      LogReader: class extends LogReader {
        protected override async isCorruption(): Promise<boolean> {
          return false;
        }
      },
    }),
    hunts: [{ kind: "rot", workload: "sync-and-not" }],
  },
  {
    id: "ST-20",
    title: "a checkpoint links a log that was never synced",
    source: "rocksdb#12731",
    plant: planted({
      Checkpoint: class extends Checkpoint {
        protected override copyLog(number: number): Promise<void> {
          const name = `${String(number).padStart(6, "0")}.log`;
          return this.context.fs.link(this.context.path(name), this.copy.path(name));
        }
      },
    }),
    hunts: [{ kind: "states", workload: "checkpoints" }],
  },
  {
    id: "ST-21",
    title: "a sync that failed is tried once more, and its success believed",
    source: "PostgreSQL fsyncgate (2018); ATC'20, Can applications recover from fsync failures?",
    plant: planted({
      LogWriter: class extends LogWriter {
        protected override async syncFile(): Promise<void> {
          try {
            await super.syncFile();
          } catch {
            await super.syncFile();
          }
        }
      },
    }),
    hunts: [{ kind: "errors", workload: "first-write" }],
  },
];
