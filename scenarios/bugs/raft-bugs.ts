import { WriteBatch } from "../../engine/index.ts";
import type { HardState } from "../../topologies/raft/core/core-settings.ts";
import { defaultCoreParts } from "../../topologies/raft/core/parts.ts";
import { RaftCore } from "../../topologies/raft/core/raft-core.ts";
import { defaultRaftParts } from "../../topologies/raft/parts.ts";
import type { Position } from "../../topologies/replication/position.ts";
import type { StoredChange } from "../../topologies/replication/stored-changes.ts";
import { encodeState, isStateKey, STATE_KEY, type StoreState } from "../../topologies/replication/store-state.ts";
import type { PlantedDesignBug } from "./planted-bug.ts";
import { LeadsOn } from "./raft-core-bugs.ts";
import { planted } from "./raft-plant.ts";

const { DiskQueue, LogReader, LogRecovery, ReplicatedLog, ReplicatedStore, StateMachine, Storage } = defaultRaftParts;

const CHAOS = "raft-chaos";

/** Bugs of what surrounds the algorithm: a node's disk, data and clients. */
export const raftBugs: readonly PlantedDesignBug[] = [
  {
    id: "RF-4",
    title: "entries are acknowledged before they are synced",
    source: "Jepsen NATS 2.12.1",
    topology: planted("RF-4", {
      parts: {
        DiskQueue: class extends DiskQueue {
          protected override makeDurable(hardState: HardState | undefined): Promise<void> {
            return super.makeDurable(hardState, false);
          }
        },
      },
    }),
    hunt: { scenario: "power-losses", seeds: 20 },
  },
  {
    id: "RF-5",
    title: "entries are applied and answered while the leader's log is being saved",
    source: "etcd#14370",
    topology: planted("RF-5", {
      core: {
        Replicator: class extends defaultCoreParts.Replicator {
          protected override ownMatch(): number {
            return this.core.log.lastIndex;
          }
        },
      },
      parts: {
        RaftCore: class extends RaftCore {
          protected override applicable(): number {
            return this.commit;
          }
        },
      },
    }),
    hunt: { scenario: "power-losses", seeds: 40 },
  },
  {
    id: "RF-6",
    title: "when a log is read again, entries come back that others had taken the place of",
    source: "etcd#22442",
    topology: planted("RF-6", {
      parts: {
        ReplicatedLog: class extends ReplicatedLog {
          protected override async cutBack(): Promise<void> {}
        },
        LogRecovery: class extends LogRecovery {
          protected override endOf(): number {
            return Number.POSITIVE_INFINITY;
          }
          protected override assertContinues(): void {}
          protected override take(
            ...[segment, entry, offset]: Parameters<InstanceType<typeof LogRecovery>["take"]>
          ): void {
            if (entry.lsn > this.last) super.take(segment, entry, offset);
          }
        },
      },
    }),
    hunt: { scenario: "returning-leader", seeds: 20 },
  },
  {
    id: "RF-10",
    title: "a damaged entry is taken for the torn end of the log, and cut off",
    source: "protocol-aware recovery, FAST 2018",
    topology: planted("RF-10", {
      parts: {
        LogReader: class extends LogReader {
          protected override async isCorruption(): Promise<boolean> {
            return false;
          }
        },
      },
    }),
    hunt: { scenario: "rotten-log", seeds: 30 },
  },
  {
    id: "RF-11",
    title: "whoever believes to lead answers reads without asking",
    source: "Jepsen etcd and Consul, 2014",
    topology: planted("RF-11", { settings: { reads: "leader" }, core: { Leader: LeadsOn } }),
    healthy: planted("RF-11-healthy", { core: { Leader: LeadsOn } }),
    hunt: { scenario: "returning-leader", seeds: 20 },
  },
  {
    id: "RF-17",
    title: "any node answers reads from what it has",
    source: "Jepsen VoltDB 6.3",
    topology: planted("RF-17", { settings: { reads: "local" } }),
    hunt: { scenario: CHAOS, seeds: 10 },
  },
  {
    id: "RF-24",
    title: "a snapshot is added to what there is, instead of taking its place",
    source: "jgroups-raft#301",
    topology: planted("RF-24", {
      parts: {
        Storage: class extends Storage {
          override async install(generation: number, hardState: HardState | undefined): Promise<void> {
            const former: StoredChange[] = [];
            for await (const [key, value] of this.store.database.iterator()) former.push({ key, value });
            await super.install(generation, hardState);
            const { store } = this;
            const lacking: StoredChange[] = [];
            for (const change of former) {
              if (isStateKey(change.key) || (await store.database.get(change.key)) !== undefined) continue;
              lacking.push(change);
            }
            await store.overwrite(lacking, store.applied, store.mark);
          }
        },
      },
    }),
    hunt: { scenario: "left-behind", seeds: 20 },
  },
  {
    id: "RF-25",
    title: "how far the data has come is written behind the data, in a write of its own",
    source: "etcd#13766",
    topology: planted("RF-25", {
      parts: {
        ReplicatedStore: class extends ReplicatedStore {
          private readonly stateAlone = new WriteBatch();

          protected override async put(batch: WriteBatch, state: StoreState, sync: boolean): Promise<number> {
            await this.database.write(batch, { sync });
            this.stateAlone.clear();
            this.stateAlone.put(STATE_KEY, encodeState(state));
            return this.database.write(this.stateAlone, { sync });
          }
        },
      },
    }),
    hunt: { scenario: "power-losses", seeds: 20 },
  },
  {
    id: "RF-26",
    title: "the log is compacted beyond what a node's data is sure to have, and there is a gap after a restart",
    source: "redisraft#43",
    topology: planted("RF-26", {
      parts: {
        ReplicatedStore: class extends ReplicatedStore {
          override async makeDurable(): Promise<Position> {
            return this.applied;
          }
        },
      },
    }),
    hunt: { scenario: "power-losses", seeds: 20 },
  },
  {
    id: "RF-27",
    title: "a command that its client had to send again is carried out twice",
    source: "dissertation 6.3",
    topology: planted("RF-27", {
      parts: {
        StateMachine: class extends StateMachine {
          protected override isNew(): boolean {
            return true;
          }
        },
      },
    }),
    hunt: { scenario: CHAOS, seeds: 20 },
  },
];
