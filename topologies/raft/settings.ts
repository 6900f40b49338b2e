import { MILLISECOND, SECOND } from "../../host/time.ts";
import { resolveSettings, SettingError } from "../settings.ts";
import type { ClusterConfig } from "../topology.ts";

/**
 * How reads are answered: by whom, and after which check. "read-index": by any node, once a majority has confirmed the leader
 * (dissertation 6.4); "lease": by the leader at once while it holds a lease (6.4.1), else as before; "leader": by whoever
 * believes to lead, without a check; "local": by any node, from what it has.
 */
export type ReadMode = "read-index" | "lease" | "leader" | "local";

/** What can be set. Durations are in nanoseconds. */
const DEFAULTS = {
  reads: "read-index",
  /** Nodes that the cluster begins with, the first ones; the others wait to be added. 0: all. */
  founders: 0,
  /** A write is answered once the leader has proposed it: what the document's `put` does. */
  answerAfterPropose: false,
  /** Of the core's clock. */
  tick: 20 * MILLISECOND,
  electionTicks: 20,
  heartbeatTicks: 5,
  /**
   * By how many millionths the clock of a follower may run faster than its leader's for leases to hold: one that is 10 % fast
   * beside one that is 10 % slow is 22.3 % faster.
   */
  leaseDriftPpm: 230_000,
  /** How long a node tries to answer a request. */
  patience: 2 * SECOND,
  /** How long frames may go unanswered before the connection is made anew. */
  silence: SECOND,
  /** How long a disk may take over one batch before the node keeps silent, so that others lead. */
  diskPatience: SECOND,
  /** Bytes of the log that are kept for followers who are behind, at most. */
  keptBytes: 256 << 10,
  segmentBytes: 64 << 10,
  chunkBytes: 32 << 10,
  /** Clients whose last answers are remembered; beyond, the one is forgotten that was heard of least recently. */
  sessions: 1_024,
};

export type RaftSettings = Readonly<Omit<typeof DEFAULTS, "reads"> & { reads: ReadMode }>;

/** What a mode sets by itself. */
export type ModeSettings = Partial<RaftSettings>;

/**
 * A mode's settings as the configuration has them.
 *
 * @throws SettingError
 */
export function settingsOf(config: ClusterConfig, mode: ModeSettings): RaftSettings {
  const { reads, ...rest } = resolveSettings(config, { ...DEFAULTS, ...mode });
  if (reads !== "read-index" && reads !== "lease" && reads !== "leader" && reads !== "local") {
    throw new SettingError("reads", reads, "read-index, lease, leader or local");
  }
  return { ...rest, reads };
}
