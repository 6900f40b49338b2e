import type { Configuration } from "./configuration.ts";
import type { Entry } from "./entry.ts";

/**
 * What nodes send one another (dissertation, figure 3.1, chapters 6 and 9). Plain objects; their entries are shared, and
 * never changed.
 */
interface Envelope {
  readonly from: string;
  readonly to: string;
  /** The sender's term; of a pre-vote request and of one that was granted, the term that the election would be for. */
  readonly term: number;
}

/** Whether the receiver would vote for the sender, which has not begun an election (dissertation 9.6). */
export interface PreVoteRequest extends Envelope {
  readonly kind: "pre-vote-request";
  readonly lastIndex: number;
  readonly lastTerm: number;
}

export interface PreVoteResponse extends Envelope {
  readonly kind: "pre-vote-response";
  readonly granted: boolean;
}

export interface VoteRequest extends Envelope {
  readonly kind: "vote-request";
  readonly lastIndex: number;
  readonly lastTerm: number;
  /** The leader itself wants it: who has heard from that leader votes all the same (dissertation 4.2.3). */
  readonly transfer: boolean;
}

export interface VoteResponse extends Envelope {
  readonly kind: "vote-response";
  readonly granted: boolean;
}

export interface AppendRequest extends Envelope {
  readonly kind: "append-request";
  readonly prevIndex: number;
  readonly prevTerm: number;
  readonly entries: readonly Entry[];
  readonly commit: number;
}

/**
 * Accepted: all up to `index` is durable at the sender and the same as in the leader's log. Otherwise the request's entries
 * could not follow `index`, and the logs agree at `hintIndex` at the latest, where the sender has `hintTerm`.
 */
export interface AppendResponse extends Envelope {
  readonly kind: "append-response";
  readonly accepted: boolean;
  readonly index: number;
  readonly hintIndex: number;
  readonly hintTerm: number;
}

export interface Heartbeat extends Envelope {
  readonly kind: "heartbeat";
  readonly commit: number;
  /** Which of this leader's rounds: whoever answers has confirmed it as leader since the round began (dissertation 6.4). */
  readonly round: number;
}

export interface HeartbeatResponse extends Envelope {
  readonly kind: "heartbeat-response";
  readonly round: number;
}

/** The sender holds a whole copy of the data up to `index`, sent by the leader of the term, and could begin from it. */
export interface SnapshotMessage extends Envelope {
  readonly kind: "snapshot";
  readonly index: number;
  /** Term of the entry at `index`. */
  readonly indexTerm: number;
  readonly configuration: Configuration;
}

/** The leader asks the receiver to begin an election now (dissertation 3.10). */
export interface TimeoutNow extends Envelope {
  readonly kind: "timeout-now";
}

/** A follower asks its leader up to where a read must have applied the log. */
export interface ReadRequest extends Envelope {
  readonly kind: "read-request";
  /** Tells one read of the sender from all its others, those before a restart included. */
  readonly context: number;
}

export interface ReadResponse extends Envelope {
  readonly kind: "read-response";
  readonly context: number;
  readonly index: number;
}

export type Message =
  | PreVoteRequest
  | PreVoteResponse
  | VoteRequest
  | VoteResponse
  | AppendRequest
  | AppendResponse
  | Heartbeat
  | HeartbeatResponse
  | SnapshotMessage
  | TimeoutNow
  | ReadRequest
  | ReadResponse;

export type MessageKind = Message["kind"];
