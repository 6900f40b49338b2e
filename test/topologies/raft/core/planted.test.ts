import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defaultCoreParts } from "../../../../topologies/raft/core/parts.ts";
import { RaftCore } from "../../../../topologies/raft/core/raft-core.ts";
import type { Plant } from "./support/cluster.ts";
import { play, run } from "./support/play.ts";

const {
  Candidate,
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

/** A rule left out, and what for: RF-n as the bug museum numbers them. */
const PLANTS: readonly (readonly [string, Plant])[] = [
  [
    "RF-1: an earlier term's entry is committed by counting copies",
    {
      parts: {
        Leader: class extends Leader {
          protected override isCommittedBy(): boolean {
            return true;
          }
        },
      },
    },
  ],
  [
    "RF-2: the vote is forgotten when the leader changes",
    {
      Core: class extends RaftCore {
        override heardLeader(leader: string): void {
          if (leader !== this.leader) this.voteFor(undefined as unknown as string);
          super.heardLeader(leader);
        }
      },
    },
  ],
  [
    "RF-3: an old leader's append takes the term back",
    {
      Core: class extends RaftCore {
        override step(message: Parameters<RaftCore["step"]>[0]) {
          if (message.kind === "append-request" && message.term < this.term) this.enterTerm(message.term);
          return super.step(message);
        }
      },
    },
  ],
  [
    "RF-4: what is not durable yet is acknowledged",
    {
      Core: class extends RaftCore {
        protected override mustWait(): boolean {
          return false;
        }
      },
    },
  ],
  [
    "RF-4: the leader counts its own copy before it is durable",
    {
      parts: {
        Replicator: class extends Replicator {
          protected override ownMatch(): number {
            return this.core.log.lastIndex;
          }
        },
      },
    },
  ],
  [
    "RF-5: entries are applied before they are durable",
    {
      Core: class extends RaftCore {
        protected override applicable(): number {
          return this.commit;
        }
      },
    },
  ],
  [
    "RF-7: entries that came again count as durable when the first were",
    {
      parts: {
        Durability: class extends Durability {
          protected override forgetPending(): void {}
        },
      },
    },
  ],
  [
    "RF-8: the commit index follows whatever message comes",
    {
      parts: {
        RaftLog: class extends RaftLog {
          protected override isCommitNews(index: number): boolean {
            return index !== this.commit;
          }
        },
      },
    },
  ],
  [
    "RF-9: entries behind those of a late message are erased",
    {
      parts: {
        RaftLog: class extends RaftLog {
          override firstMissing(): number {
            return 0;
          }
          protected override checkTruncation(): void {}
        },
      },
    },
  ],
  [
    "RF-12: reads are answered before an entry of the leader's term is committed",
    {
      parts: {
        ReadRounds: class extends ReadRounds {
          override knowsCommitted(): boolean {
            return true;
          }
        },
      },
    },
  ],
  ["RF-13: a read after a restart is taken for one before", { countsStarts: false }],
  [
    "RF-14: reads are answered before a majority has confirmed the leader",
    {
      parts: {
        ReadRounds: class extends ReadRounds {
          protected override isConfirmed(): boolean {
            return true;
          }
        },
      },
    },
  ],
  [
    "RF-15: a lease outlives the hand-over of the leadership",
    {
      parts: {
        LeadershipTransfer: class extends LeadershipTransfer {
          override endsLease(): boolean {
            return false;
          }
        },
      },
    },
  ],
  [
    "RF-16: a lease lasts longer than followers wait",
    {
      parts: {
        ReadRounds: class extends ReadRounds {
          override leaseEnd(): number | undefined {
            const end = super.leaseEnd();
            return end === undefined ? undefined : end + this.core.settings.electionTicks;
          }
        },
      },
    },
  ],
  [
    "a node that was restarted forgets that it owes a leader its lease",
    {
      parts: {
        Voter: class extends Voter {
          protected override heardBeforeStart(): number {
            return Number.NEGATIVE_INFINITY;
          }
        },
      },
    },
  ],
  [
    "RF-18: a configuration is changed before an entry of the leader's term is committed",
    {
      parts: {
        Leader: class extends Leader {
          protected override hasCommittedInTerm(): boolean {
            return true;
          }
        },
      },
    },
  ],
  [
    "a configuration is changed while a change is pending",
    {
      parts: {
        Leader: class extends Leader {
          protected override hasPendingChange(): boolean {
            return false;
          }
        },
      },
    },
  ],
  [
    "RF-19: candidates ask the voters of a configuration that they have applied, not of the latest",
    {
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
  ],
  [
    "a candidate is elected whatever its log lacks (the election restriction)",
    {
      parts: {
        Voter: class extends Voter {
          protected override isUpToDate(): boolean {
            return true;
          }
        },
      },
    },
  ],
  [
    "a vote is given to whoever asks",
    {
      parts: {
        Voter: class extends Voter {
          protected override isFree(): boolean {
            return true;
          }
        },
      },
    },
  ],
  [
    "the logs are not compared before entries are taken (log matching)",
    {
      parts: {
        RaftLog: class extends RaftLog {
          override matches(index: number): boolean {
            return this.termAt(index) !== undefined;
          }
        },
      },
    },
  ],
  [
    "RF-23: an older snapshot takes the place of newer data",
    {
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
  ],
  [
    "a follower takes for committed what it has behind the leader's entries",
    {
      parts: {
        Follower: class extends Follower {
          protected override commitKnown(commit: number): number {
            return Math.min(commit, this.core.log.lastIndex);
          }
        },
      },
    },
  ],
];

describe("the same clusters", () => {
  it.each(PLANTS)("show it when a rule is left out: %s", (name, plant) => {
    let runs = 0;
    const found = fc.check(
      fc.property(run, (each) => {
        runs++;
        play(each, plant);
      }),
      { numRuns: Number(process.env["RAFT_RUNS"] ?? 400), endOnFailure: true },
    );
    if (process.env["RAFT_SHOW"]) console.log(name, runs, String((found.errorInstance as Error)?.message).slice(0, 200));
    expect(found.failed).toBe(true);
  });
});
