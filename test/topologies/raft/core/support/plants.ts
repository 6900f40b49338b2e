import { defaultCoreParts } from "../../../../../topologies/raft/core/parts.ts";
import { RaftCore } from "../../../../../topologies/raft/core/raft-core.ts";
import type { Plant } from "./cluster.ts";

const {
  Candidate,
  ChangeConfirmation,
  Durability,
  Follower,
  Leader,
  LeadershipTransfer,
  PreCandidate,
  RaftLog,
  ReadRounds,
  Replicator,
  Voter,
} = defaultCoreParts;

/** A rule left out, and who notices. RF-n: as the list of published bugs numbers it. */
interface PlantedRule {
  readonly rule: string;
  readonly plant: Plant;
  /** The transcript that comes out differently. */
  readonly transcript?: string;
  /** Whether random clusters break an invariant, or a read is stale. */
  readonly clusters?: boolean;
}

/** Each the decision of one class, turned around. */
export const PLANTS: readonly PlantedRule[] = [
  {
    rule: "RF-1: an earlier term's entry is committed by counting copies",
    transcript: "figure-8",
    plant: {
      parts: {
        Leader: class extends Leader {
          protected override isCommittedBy(): boolean {
            return true;
          }
        },
      },
    },
  },
  {
    rule: "RF-2: the vote is forgotten when the leader changes",
    clusters: true,
    plant: {
      Core: class extends RaftCore {
        override heardLeader(leader: string): void {
          if (leader !== this.leader) this.voteFor(undefined as unknown as string);
          super.heardLeader(leader);
        }
      },
    },
  },
  {
    rule: "RF-3: an old leader's append takes the term back",
    clusters: true,
    plant: {
      Core: class extends RaftCore {
        override step(message: Parameters<RaftCore["step"]>[0]) {
          if (message.kind === "append-request" && message.term < this.term) this.enterTerm(message.term);
          return super.step(message);
        }
      },
    },
  },
  {
    rule: "RF-4: what is not durable yet is acknowledged",
    transcript: "durable-before-counted",
    clusters: true,
    plant: {
      Core: class extends RaftCore {
        protected override mustWait(): boolean {
          return false;
        }
      },
    },
  },
  {
    rule: "RF-4: the leader counts its own copy before it is durable",
    transcript: "durable-before-counted",
    clusters: true,
    plant: {
      parts: {
        Replicator: class extends Replicator {
          protected override ownMatch(): number {
            return this.core.log.lastIndex;
          }
        },
      },
    },
  },
  {
    rule: "RF-5: entries are applied before they are durable",
    transcript: "durable-before-counted",
    plant: {
      Core: class extends RaftCore {
        protected override applicable(): number {
          return this.commit;
        }
      },
    },
  },
  {
    rule: "RF-7: entries that came again count as durable when the first were",
    transcript: "append-aba",
    plant: {
      parts: {
        Durability: class extends Durability {
          protected override forgetPending(): void {}
        },
      },
    },
  },
  {
    rule: "RF-8: the commit index follows whatever message comes",
    clusters: true,
    plant: {
      parts: {
        RaftLog: class extends RaftLog {
          protected override isCommitNews(index: number): boolean {
            return index !== this.commit;
          }
        },
      },
    },
  },
  {
    rule: "RF-9: entries behind those of a late message are erased",
    clusters: true,
    plant: {
      parts: {
        RaftLog: class extends RaftLog {
          override firstMissing(): number {
            return 0;
          }
          protected override checkTruncation(): void {}
        },
      },
    },
  },
  {
    rule: "RF-12: reads are answered before an entry of the leader's term is committed",
    transcript: "read-index",
    clusters: true,
    plant: {
      parts: {
        ReadRounds: class extends ReadRounds {
          override knowsCommitted(): boolean {
            return true;
          }
        },
      },
    },
  },
  {
    rule: "RF-13: a read after a restart is taken for one before",
    transcript: "read-contexts",
    plant: { countsStarts: false },
  },
  {
    rule: "RF-14: reads are answered before a majority has confirmed the leader",
    transcript: "read-index",
    clusters: true,
    plant: {
      parts: {
        ReadRounds: class extends ReadRounds {
          protected override isConfirmed(): boolean {
            return true;
          }
        },
      },
    },
  },
  {
    rule: "RF-15: a lease outlives the hand-over of the leadership",
    transcript: "transfer-given-up",
    clusters: true,
    plant: {
      parts: {
        LeadershipTransfer: class extends LeadershipTransfer {
          override endsLease(): boolean {
            return false;
          }
        },
      },
    },
  },
  {
    rule: "RF-16: a lease lasts longer than followers wait",
    transcript: "lease-bound",
    plant: {
      parts: {
        ReadRounds: class extends ReadRounds {
          override leaseEnd(): number | undefined {
            const end = super.leaseEnd();
            return end === undefined ? undefined : end + this.core.settings.electionTicks;
          }
        },
      },
    },
  },
  {
    rule: "a node that was restarted forgets that it owes a leader its lease",
    transcript: "lease-after-restart",
    plant: {
      parts: {
        Voter: class extends Voter {
          protected override heardBeforeStart(): number {
            return Number.NEGATIVE_INFINITY;
          }
        },
      },
    },
  },
  {
    rule: "RF-18: a configuration is changed before an entry of the leader's term is committed",
    transcript: "membership-erratum",
    plant: {
      parts: {
        Leader: class extends Leader {
          protected override hasCommittedInTerm(): boolean {
            return true;
          }
        },
      },
    },
  },
  {
    rule: "a configuration is changed while a change is pending",
    transcript: "pending-change",
    plant: {
      parts: {
        Leader: class extends Leader {
          protected override hasPendingChange(): boolean {
            return false;
          }
        },
      },
    },
  },
  {
    rule: "RF-19: candidates ask the voters of a configuration that they have applied, not of the latest",
    transcript: "configuration-in-log",
    plant: {
      parts: {
        Candidate: class extends Candidate {
          protected override voters(): readonly string[] {
            return this.core.log.configurationAt(this.core.log.commit).voters;
          }
        },
        PreCandidate: class extends PreCandidate {
          protected override voters(): readonly string[] {
            return this.core.log.configurationAt(this.core.log.commit).voters;
          }
        },
      },
    },
  },
  {
    rule: "a candidate is elected whatever its log lacks (the election restriction)",
    transcript: "election-restriction",
    clusters: true,
    plant: {
      parts: {
        Voter: class extends Voter {
          protected override isUpToDate(): boolean {
            return true;
          }
        },
      },
    },
  },
  {
    rule: "a vote is given to whoever asks",
    transcript: "votes-survive",
    clusters: true,
    plant: {
      parts: {
        Voter: class extends Voter {
          protected override isFree(): boolean {
            return true;
          }
        },
      },
    },
  },
  {
    rule: "a change is proposed before those have answered whom it leads to",
    transcript: "confirmed-change",
    plant: {
      parts: {
        ChangeConfirmation: class extends ChangeConfirmation {
          protected override hasAnswered(): boolean {
            return true;
          }
        },
      },
    },
  },
  {
    rule: "the logs are not compared before entries are taken (log matching)",
    transcript: "log-matching",
    clusters: true,
    plant: {
      parts: {
        RaftLog: class extends RaftLog {
          override matches(index: number): boolean {
            return this.termAt(index) !== undefined;
          }
        },
      },
    },
  },
  {
    rule: "RF-23: an older snapshot takes the place of newer data",
    transcript: "snapshot-against-newer-log",
    plant: {
      parts: {
        Follower: class extends Follower {
          protected override isSnapshotNews(): boolean {
            return true;
          }
        },
        RaftLog: class extends RaftLog {
          override matches(index: number, term: number): boolean {
            return index > this.base.index && super.matches(index, term);
          }
        },
      },
    },
  },
];
