import { Candidate } from "./candidate.ts";
import { ChangeConfirmation } from "./change-confirmation.ts";
import { Durability } from "./durability.ts";
import { Follower } from "./follower.ts";
import { Leader } from "./leader.ts";
import { LeadershipTransfer } from "./leadership-transfer.ts";
import { PreCandidate } from "./pre-candidate.ts";
import { Progress } from "./progress.ts";
import { Quorum } from "./quorum.ts";
import { RaftLog } from "./raft-log.ts";
import { ReadRounds } from "./read-rounds.ts";
import { Replicator } from "./replicator.ts";
import { Voter } from "./voter.ts";

/**
 * The classes that a core is built from. Each makes its decisions in protected methods; a variant of the protocol is a table
 * in which some class is replaced by a subclass that decides otherwise.
 */
export interface CoreParts {
  readonly Candidate: typeof Candidate;
  readonly ChangeConfirmation: typeof ChangeConfirmation;
  readonly Durability: typeof Durability;
  readonly Follower: typeof Follower;
  readonly Leader: typeof Leader;
  readonly LeadershipTransfer: typeof LeadershipTransfer;
  readonly PreCandidate: typeof PreCandidate;
  readonly Progress: typeof Progress;
  readonly Quorum: typeof Quorum;
  readonly RaftLog: typeof RaftLog;
  readonly ReadRounds: typeof ReadRounds;
  readonly Replicator: typeof Replicator;
  readonly Voter: typeof Voter;
}

export const defaultCoreParts: CoreParts = {
  Candidate,
  ChangeConfirmation,
  Durability,
  Follower,
  Leader,
  LeadershipTransfer,
  PreCandidate,
  Progress,
  Quorum,
  RaftLog,
  ReadRounds,
  Replicator,
  Voter,
};
