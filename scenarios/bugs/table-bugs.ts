import { defaultEngineParts } from "../../engine/index.ts";
import { planted, unchecked, type PlantedBug } from "./planted-bug.ts";

const { CompactionJob, FlushJob, TableBuilder } = defaultEngineParts;

/** Bugs in how tables are written and compacted. */
export const tableBugs: readonly PlantedBug[] = [
  {
    id: "ST-6",
    title: "an error from closing a table is lost",
    source: "leveldb#1081",
    plant: planted({
      TableBuilder: class extends TableBuilder {
        protected override closeFile(): Promise<void> {
          return unchecked(() => super.closeFile());
        }
      },
    }),
    // Tables are synced before they are closed, so on a disk of one's own nothing is lost; but nobody hears of it.
    hunts: [{ kind: "errors", workload: "one-flush", silence: true }],
  },
  {
    id: "ST-13",
    title: "a table's name is not synced before the manifest names it",
    source: "rocksdb#5287",
    plant: planted({
      FlushJob: class extends FlushJob {
        protected override async syncDirectory(): Promise<void> {}
      },
      CompactionJob: class extends CompactionJob {
        protected override async syncDirectory(): Promise<void> {}
      },
    }),
    hunts: [{ kind: "states", workload: "one-flush" }],
  },
  {
    id: "ST-19",
    title: "a flush goes on although its table could not be synced",
    source: "rocksdb d757355cbf",
    plant: planted({
      TableBuilder: class extends TableBuilder {
        protected override syncFile(): Promise<void> {
          return unchecked(() => super.syncFile());
        }
      },
    }),
    hunts: [{ kind: "errors", workload: "one-flush" }],
  },
  {
    id: "ST-22",
    title: "a compaction drops a deletion above the level that holds the key",
    source: "slatedb#2002",
    plant: planted({
      CompactionJob: class extends CompactionJob {
        protected override mayDropDeletion(sequence: number): boolean {
          return sequence <= this.oldestVisible;
        }
      },
    }),
    hunts: [{ kind: "states", workload: "levels" }],
  },
];
