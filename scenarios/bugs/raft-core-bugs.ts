import { isVoter } from "../../topologies/raft/core/configuration.ts";
import { defaultCoreParts } from "../../topologies/raft/core/parts.ts";
import { RaftCore } from "../../topologies/raft/core/raft-core.ts";
import type { DropReason } from "../../topologies/raft/core/ready.ts";
import type { PlantedDesignBug } from "./planted-bug.ts";
import { planted } from "./raft-plant.ts";

const { Follower, Leader, LeadershipTransfer, RaftLog, ReadRounds, Voter } = defaultCoreParts;

const CHAOS = "raft-chaos";

/** Leads on without a majority, so that what a former leader may do is not hidden by its stepping down in time. */
export class LeadsOn extends Leader {
  protected override hearsMajority(): boolean {
    return true;
  }
}

/**
 * Bugs of the algorithm itself that show in the whole design. Those that need an order of messages which hardly comes about by
 * itself (RF-1, RF-7, RF-9, RF-12, RF-13, RF-18, RF-19, RF-23) are planted in the core alone: test/topologies/raft/core.
 */
export const raftCoreBugs: readonly PlantedDesignBug[] = [
  {
    id: "RF-2",
    title: "the vote is forgotten when the leader changes",
    source: "camunda#5356",
    topology: planted("RF-2", {
      parts: {
        RaftCore: class extends RaftCore {
          override heardLeader(leader: string): void {
            if (leader !== this.leader) this.vote_ = undefined;
            super.heardLeader(leader);
          }
        },
      },
    }),
    hunt: { scenario: CHAOS, seeds: 10 },
  },
  {
    id: "RF-3",
    title: "an old leader's entries take the term back",
    source: "nebula#2405",
    topology: planted("RF-3", {
      parts: {
        RaftCore: class extends RaftCore {
          override step(message: Parameters<RaftCore["step"]>[0]): DropReason | undefined {
            if (message.kind === "append-request" && message.term < this.term) this.enterTerm(message.term);
            return super.step(message);
          }
        },
      },
    }),
    hunt: { scenario: CHAOS, seeds: 20 },
  },
  {
    id: "RF-8",
    title: "the commit index follows whatever message comes",
    source: "PySyncObj#166",
    topology: planted("RF-8", {
      core: {
        RaftLog: class extends RaftLog {
          protected override isCommitNews(index: number): boolean {
            return index !== this.commit;
          }
        },
      },
    }),
    hunt: { scenario: CHAOS, seeds: 10 },
  },
  {
    id: "RF-14",
    title: "reads are answered before a majority has confirmed the leader",
    source: "d-engine#381",
    topology: planted("RF-14", {
      core: {
        Leader: LeadsOn,
        ReadRounds: class extends ReadRounds {
          protected override isConfirmed(): boolean {
            return true;
          }
        },
      },
    }),
    healthy: planted("RF-14-healthy", { core: { Leader: LeadsOn } }),
    hunt: { scenario: "returning-leader", seeds: 20 },
  },
  {
    id: "RF-15",
    title: "a lease outlives the hand-over of the leadership",
    source: "tikv#1593",
    topology: planted("RF-15", {
      mode: "lease",
      core: {
        LeadershipTransfer: class extends LeadershipTransfer {
          override endsLease(): boolean {
            return false;
          }
        },
      },
    }),
    hunt: { scenario: "cut-handover", seeds: 40 },
  },
  {
    id: "RF-16",
    title: "a leader that stood still believes its lease to last",
    source: "tikv#964",
    topology: planted("RF-16", {
      mode: "lease",
      parts: {
        RaftCore: class extends RaftCore {
          override tick(): void {
            super.tick(1);
          }
        },
      },
    }),
    hunt: { scenario: "returning-leader", seeds: 30 },
  },
  {
    id: "RF-20",
    title: "a node does not vote before it knows that it may",
    source: "raft-rs#57",
    topology: planted("RF-20", {
      core: {
        Voter: class extends Voter {
          protected override mayGrant(request: Parameters<InstanceType<typeof Voter>["answer"]>[0]): boolean {
            const { id, log } = this.core;
            return isVoter(log.committedConfiguration.configuration, id) && super.mayGrant(request);
          }
        },
      },
    }),
    hunt: { scenario: "membership", seeds: 30 },
  },
  {
    id: "RF-21",
    title: "who has gone on to a later term leaves the leader and candidates of an earlier one without an answer",
    source: "etcd#8501",
    topology: planted("RF-21", {
      parts: {
        RaftCore: class extends RaftCore {
          protected override stepOld(): DropReason {
            return "old-term";
          }
        },
      },
    }),
    hunt: { scenario: "cut-handover", seeds: 40 },
  },
  {
    id: "RF-22",
    title: "a leader without a majority leads on, and who hears it elects no other",
    source: "openraft#2080",
    topology: planted("RF-22", {
      core: {
        Leader: LeadsOn,
      },
    }),
    hunt: { scenario: "bridged-leader", seeds: 40 },
  },
  {
    id: "RF-28",
    title: "a leader that has begun to remove itself does not campaign, and those without that entry cannot be elected",
    source: "dissertation 4.2.2",
    topology: planted("RF-28", {
      core: {
        Follower: class extends Follower {
          protected override mayCampaign(): boolean {
            const { id, log } = this.core;
            return isVoter(log.configuration.configuration, id);
          }
        },
      },
    }),
    hunt: { scenario: "removed-leader", seeds: 60 },
  },
];
