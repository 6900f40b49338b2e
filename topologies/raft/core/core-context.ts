import type { Codec } from "../../../host/codec.ts";
import type { RandomStream } from "../../../host/random.ts";
import type { CoreSettings } from "./core-settings.ts";
import type { Durability } from "./durability.ts";
import type { Message } from "./messages.ts";
import type { Outbox } from "./outbox.ts";
import type { CoreParts } from "./parts.ts";
import type { Quorum } from "./quorum.ts";
import type { RaftLog } from "./raft-log.ts";
import type { DropReason, RaftRole, SnapshotInstall, TransitionReason } from "./ready.ts";

/** What the parts of one node share, and how they change what it is. */
export interface CoreContext {
  readonly id: string;
  readonly settings: CoreSettings;
  readonly parts: CoreParts;
  readonly codec: Codec;
  /** For election time-outs. */
  readonly random: RandomStream;
  readonly log: RaftLog;
  readonly durability: Durability;
  readonly outbox: Outbox;
  readonly quorum: Quorum;

  /** Ticks since the start. */
  readonly now: number;
  readonly term: number;
  readonly vote: string | undefined;
  readonly role: RaftRole;
  readonly leader: string | undefined;

  /** Sends what promises nothing that must be durable. */
  send(message: Message): void;
  /** Sends what promises something that this node holds, once all that it holds is durable. */
  sendDurable(message: Message): void;

  /** Something came from the leader of this term. @throws RaftSafetyError when the term has another */
  heardLeader(leader: string): void;
  voteFor(candidate: string): void;
  /** Whether a read is one of this node's, asked for since it started. */
  ownsContext(context: number): boolean;
  /** Puts a snapshot in the place of log and data. */
  restore(snapshot: SnapshotInstall): void;

  becomeFollower(term: number, leader: string | undefined, reason: TransitionReason): void;
  /** Begins an election, or asks first whether to, as the settings say. */
  campaign(reason: "election-timeout" | "transfer"): void;
  becomeCandidate(reason: TransitionReason, transfer: boolean): void;
  becomeLeader(): void;
  /** Gives a message to the role that the node has now: it changed with the message. */
  deliver(message: Message): DropReason | undefined;
}
