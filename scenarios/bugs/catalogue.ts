import type { Topology } from "../../topologies/topology.ts";
import { logBugs } from "./log-bugs.ts";
import { manifestBugs } from "./manifest-bugs.ts";
import type { ExcludedBug, PlantedBug, PlantedDesignBug } from "./planted-bug.ts";
import { raftBugs } from "./raft-bugs.ts";
import { raftCoreBugs } from "./raft-core-bugs.ts";
import { tableBugs } from "./table-bugs.ts";
import { walStreamBugs } from "./wal-stream-bugs.ts";

const number = (id: string): number => Number(id.slice(id.indexOf("-") + 1));
const byNumber = (a: { readonly id: string }, b: { readonly id: string }): number => number(a.id) - number(b.id);

/** The published bugs that are planted, by id, in order. */
export const plantedBugs: ReadonlyMap<string, PlantedBug> = new Map(
  [...manifestBugs, ...logBugs, ...tableBugs].sort(byNumber).map((bug) => [bug.id, bug]),
);

/** The published bugs that are planted in designs, by id, in order. */
export const plantedDesignBugs: ReadonlyMap<string, PlantedDesignBug> = new Map(
  [...walStreamBugs, ...[...raftCoreBugs, ...raftBugs].sort(byNumber)].map((bug) => [bug.id, bug]),
);

/** Designs with a bug in them, by id: "wal-stream:semi+PB-3". */
export const buggyTopologies: ReadonlyMap<string, Topology> = new Map(
  [...plantedDesignBugs.values()].map(({ topology }) => [topology.id, topology]),
);

/** Those that cannot arise in this engine. */
export const excludedBugs: readonly ExcludedBug[] = [
  {
    id: "ST-14",
    title: "a sync of a closed directory handle does nothing, and says nothing",
    source: "rocksdb#10460",
    reason: "directories are synced by their paths: there is no handle that could have been closed",
  },
  {
    id: "ST-15",
    title: "a recovery that goes on with the old manifest does not sync its tables' names",
    source: "rocksdb#14780",
    reason:
      "no recovery goes on with a manifest: each begins one, and the sync before CURRENT's renaming covers all names",
  },
  {
    id: "ST-17",
    title: "a recycled log replays the records of its former life",
    source: "pebble#567",
    reason: "no log is recycled: each is a new file, made with O_EXCL under a number that none had",
  },
];
