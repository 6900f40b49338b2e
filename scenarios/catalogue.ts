import { raftAsWritten, raftLeader, raftLease, raftReadIndex } from "../topologies/raft/raft.ts";
import { single } from "../topologies/single/single.ts";
import { sharedDiskAsWritten } from "../topologies/shared-disk/as-written.ts";
import { sharedDiskCareful } from "../topologies/shared-disk/careful.ts";
import { sharedDiskMode } from "../topologies/shared-disk/shared-disk.ts";
import type { Topology } from "../topologies/topology.ts";
import { asyncToRaft, semiToRaft } from "../topologies/upgrade/wal-stream-to-raft.ts";
import {
  walStreamAsync,
  walStreamFull,
  walStreamFullAsWritten,
  walStreamSemi,
  walStreamSemiAsWritten,
} from "../topologies/wal-stream/wal-stream.ts";
import { buggyTopologies } from "./bugs/catalogue.ts";
import { bank } from "./bank.ts";
import { compactionRace } from "./compaction-race.ts";
import { counter } from "./counter.ts";
import { listAppend } from "./list-append.ts";
import { failover } from "./failover.ts";
import { raftScenarios } from "./raft/all.ts";
import { register } from "./register.ts";
import { brokenDisk } from "./broken-disk.ts";
import type { Scenario } from "./scenario.ts";
import { set } from "./set.ts";
import { sharedDiskScenarios } from "./shared-disk/all.ts";
import { staleManifest } from "./stale-manifest.ts";
import { walStreamScenarios } from "./wal-stream/all.ts";
import { upgradeChaos } from "./wal-stream/upgrade-chaos.ts";
import { ycsb } from "./ycsb.ts";

/** Every scenario, by name; the first is what the main job shows. */
export const scenarios: ReadonlyMap<string, Scenario> = new Map(
  [
    compactionRace,
    staleManifest,
    register,
    counter,
    set,
    bank,
    listAppend,
    ycsb,
    brokenDisk,
    failover,
    upgradeChaos,
    ...sharedDiskScenarios,
    ...walStreamScenarios,
    ...raftScenarios,
  ].map((scenario) => [scenario.name, scenario]),
);

/** Every topology in every mode, by id; the baseline first. */
export const topologies: ReadonlyMap<string, Topology> = new Map(
  [
    single,
    sharedDiskAsWritten,
    sharedDiskCareful,
    walStreamAsync,
    walStreamSemi,
    walStreamFull,
    walStreamSemiAsWritten,
    walStreamFullAsWritten,
    raftReadIndex,
    raftLease,
    raftLeader,
    raftAsWritten,
    asyncToRaft,
    semiToRaft,
  ].map((topology) => [topology.id, topology]),
);

/**
 * A topology by its id: of the catalogue, a mode that an id spells out in switches, or one with a bug planted in it; undefined
 * when there is none of it.
 *
 * @throws UnknownModeError for a switch that there is not
 */
export function topologyNamed(id: string): Topology | undefined {
  return topologies.get(id) ?? buggyTopologies.get(id) ?? sharedDiskMode(id);
}
