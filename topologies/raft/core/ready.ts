import type { Configuration } from "./configuration.ts";
import type { HardState } from "./core-settings.ts";
import type { Entry } from "./entry.ts";
import type { Message } from "./messages.ts";

/** What a node is in its cluster. */
export type RaftRole = "follower" | "pre-candidate" | "candidate" | "leader";

/** Why a node changed its role or its leader. */
export type TransitionReason =
  | "higher-term"
  | "leader-heard"
  | "election-timeout"
  | "transfer"
  | "elected"
  | "pre-elected"
  | "election-lost"
  | "quorum-lost"
  | "removed";

/** A change of role, term or leader, for a trace. */
export interface Transition {
  readonly role: RaftRole;
  readonly term: number;
  readonly leader: string | undefined;
  readonly reason: TransitionReason;
}

/** A read that may be answered once all entries up to `index` are applied. */
export interface ReadState {
  readonly context: number;
  readonly index: number;
}

/** A follower that is behind the beginning of the log. */
export interface SnapshotNeed {
  readonly to: string;
  /** The leader's, for the snapshot to carry. */
  readonly term: number;
  /** The snapshot must have at least all up to here. */
  readonly minimum: number;
}

/** What a follower's data and log must be replaced with, in full. */
export interface SnapshotInstall {
  readonly index: number;
  /** Term of the entry at `index`. */
  readonly term: number;
  readonly configuration: Configuration;
}

/**
 * One batch of effects. Batches come in order, and several may be under way. The driver
 *
 * 1. sends `messages` at once;
 * 2. puts what is to be stored into the disk's queue, behind that of the batches before: `install` (the data is the
 *    snapshot's, and the log begins behind it), then `truncateAfter`, then `entries`, and `hardState`; with `mustSync` it
 *    syncs;
 * 3. when that is durable, and all of the batches before is, says so to {@link RaftCore.advance} and sends `afterDurable`;
 * 4. applies `committed`, in order, behind `install`, and says so to {@link RaftCore.advance}.
 *
 * Within a batch the order in which `hardState` and `entries` become durable is free; without `install` durable before them,
 * entries would stand behind a hole.
 */
export interface Ready {
  /** 1 for the first batch of this core, one more for each next. */
  readonly number: number;
  readonly hardState: HardState | undefined;
  readonly install: SnapshotInstall | undefined;
  /** Entries behind this index, handed out in earlier batches, are overwritten. */
  readonly truncateAfter: number | undefined;
  readonly entries: readonly Entry[];
  /** Whether anything in the batch must be synced. A commit index alone need not even be written. */
  readonly mustSync: boolean;
  readonly messages: readonly Message[];
  /** Messages that promise what this batch or an earlier one stores. */
  readonly afterDurable: readonly Message[];
  readonly committed: readonly Entry[];
  readonly readStates: readonly ReadState[];
  /** Reads, by context, that will never be answered here: ask again. */
  readonly failedReads: readonly number[];
  readonly snapshotsNeeded: readonly SnapshotNeed[];
  readonly transitions: readonly Transition[];
}

/** What has become of batches. */
export interface Progressed {
  /** All that the batches up to this number store is durable. */
  readonly durable?: number;
  /** The data has all entries up to this index, or an installed snapshot does. */
  readonly applied?: number;
}

/** Why a message had no effect. */
export type DropReason =
  /** Addressed to another node. */
  | "not-addressed"
  /** From one who is known, by a committed configuration, to be no member any more. */
  | "removed-member"
  /** From an earlier term; the sender was told, if that helps it. */
  | "old-term"
  /** A request for votes while a leader is heard from. */
  | "leader-heard"
  /** Means nothing to a node in this role, or came too late. */
  | "unexpected";

/** What became of a proposal. */
export type ProposalOutcome =
  | { readonly accepted: true; readonly index: number; readonly term: number }
  | { readonly accepted: false; readonly reason: ProposalRefusal; readonly leader: string | undefined };

/** Why a leader takes no proposal now, or a node none at all. */
export type ProposalRefusal =
  | "not-leader"
  /** The leadership is being handed over. */
  | "transferring"
  /** Too much is uncommitted. */
  | "overloaded"
  /** The leader has not committed an entry of its own term yet, without which it must not change the configuration. */
  | "term-not-committed"
  /** A change of the configuration is not committed yet. */
  | "change-pending"
  /** Too few have answered of those whom the change would lead to. */
  | "unconfirmed"
  | "already-member"
  | "no-member"
  | "was-removed"
  | "last-voter";
