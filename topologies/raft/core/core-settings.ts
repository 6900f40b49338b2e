import type { Configuration } from "./configuration.ts";
import type { Entry, LogPosition } from "./entry.ts";
import { RaftUsageError } from "./errors.ts";

/** What a node of a Raft cluster is told about itself. Ticks are what its driver makes them. */
export interface CoreSettings {
  readonly id: string;
  /** Higher at each start of the node, whatever it remembers: tells its reads apart. Below 2^20. */
  readonly incarnation: number;
  /**
   * A follower that has heard nothing from a leader for so many ticks, or up to twice as many by the draw, begins an election;
   * and for so many ticks it votes for nobody else.
   */
  readonly electionTicks: number;
  /** A leader begins a round of heartbeats after so many ticks. */
  readonly heartbeatTicks: number;
  /** Whether a node asks first whether it would be elected (dissertation 9.6). */
  readonly preVote: boolean;
  /**
   * Whether a leader steps down that has not heard from a majority for an election time-out, and followers that hear from a
   * leader vote for nobody else (dissertation 4.2.3, 6.2).
   */
  readonly checkQuorum: boolean;
  /**
   * By how much, in millionths, a follower's clock may be faster than its leader's. Within that bound the leader may answer
   * reads by its clock (dissertation 6.4.1). Undefined: it never does.
   */
  readonly leaseDriftPpm: number | undefined;
  /** Of one message's entries; a single entry may be larger. */
  readonly maxAppendBytes: number;
  readonly maxAppendEntries: number;
  /** Messages with entries that may be on their way to one follower. */
  readonly maxInflightAppends: number;
  readonly maxInflightBytes: number;
  /** Of entries that a leader holds and knows not to be committed; beyond, it takes no more. */
  readonly maxUncommittedBytes: number;
  /** Of the committed entries of one batch of effects; a single entry may be larger. */
  readonly maxApplyBytes: number;
}

export type CoreOptions = Partial<Omit<CoreSettings, "id" | "incarnation">> & Pick<CoreSettings, "id" | "incarnation">;

/** What a node had made durable when it was last up. A node that starts for the first time has {@link NO_HARD_STATE}. */
export interface StoredState {
  readonly hardState: HardState;
  /** Just before the first entry: of the snapshot that the data began from, or what the log was compacted to. */
  readonly base: LogPosition;
  /** The configuration at the base; at index 0 the one that the cluster begins with, or none for a node that will join. */
  readonly configuration: Configuration;
  /** All behind the base, in order. */
  readonly entries: readonly Entry[];
  /** Index up to which the stored data has the entries. At least the base's. */
  readonly applied: number;
}

/**
 * What must survive a restart beside the entries (dissertation, figure 3.1). The commit index need not: it is stored to have
 * something to apply after a restart before a leader is heard from.
 */
export interface HardState {
  readonly term: number;
  readonly vote: string | undefined;
  readonly commit: number;
}

export const NO_HARD_STATE: HardState = { term: 0, vote: undefined, commit: 0 };

const DEFAULTS: Omit<CoreSettings, "id" | "incarnation"> = {
  electionTicks: 10,
  heartbeatTicks: 1,
  preVote: true,
  checkQuorum: true,
  leaseDriftPpm: undefined,
  maxAppendBytes: 1 << 16,
  maxAppendEntries: 1_024,
  maxInflightAppends: 64,
  maxInflightBytes: 1 << 20,
  maxUncommittedBytes: 1 << 24,
  maxApplyBytes: 1 << 20,
};

/** Two rounds of heartbeats may be lost before anybody asks for an election. */
const HEARTBEATS_PER_ELECTION = 3;

/** @throws RaftUsageError for settings that make no sense */
export function coreSettings(options: CoreOptions): CoreSettings {
  const settings = { ...DEFAULTS, ...options };
  const { electionTicks, heartbeatTicks, leaseDriftPpm, incarnation } = settings;
  const counts: readonly (keyof CoreSettings)[] = [
    "electionTicks",
    "heartbeatTicks",
    "maxAppendBytes",
    "maxAppendEntries",
    "maxInflightAppends",
    "maxInflightBytes",
    "maxUncommittedBytes",
    "maxApplyBytes",
  ];
  for (const name of counts) {
    const value = settings[name];
    if (!Number.isSafeInteger(value) || (value as number) < 1) {
      throw new RaftUsageError(`${name} must be a whole number of at least 1, got ${String(value)}`);
    }
  }
  if (electionTicks < heartbeatTicks * HEARTBEATS_PER_ELECTION) {
    throw new RaftUsageError(
      `electionTicks (${electionTicks}) must be at least ${HEARTBEATS_PER_ELECTION} times heartbeatTicks (${heartbeatTicks})`,
    );
  }
  if (!Number.isSafeInteger(incarnation) || incarnation < 0 || incarnation >= 2 ** 20) {
    throw new RaftUsageError(`incarnation must be a whole number below 2^20, got ${incarnation}`);
  }
  if (leaseDriftPpm === undefined) return settings;
  if (!Number.isSafeInteger(leaseDriftPpm) || leaseDriftPpm < 0 || leaseDriftPpm >= 1_000_000) {
    throw new RaftUsageError(`leaseDriftPpm must be a whole number below 1,000,000, got ${leaseDriftPpm}`);
  }
  if (!settings.checkQuorum) {
    throw new RaftUsageError(
      "leaseDriftPpm needs checkQuorum: without it followers of a leader elect another at any time",
    );
  }
  return settings;
}
