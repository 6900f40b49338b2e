import { defaultLogParts, type LogParts } from "./log-parts.ts";
import { ReplicatedLog } from "./replicated-log.ts";
import { ReplicatedStore } from "./replicated-store.ts";

/**
 * The classes that a node's log and its state machine are built from. Each makes its decisions in protected methods; a
 * variant is a table in which some class is replaced by a subclass that decides otherwise. A node opens them as
 * `parts.ReplicatedLog.open({ ..., parts })`.
 */
export interface ReplicationParts extends LogParts {
  readonly ReplicatedLog: typeof ReplicatedLog;
  readonly ReplicatedStore: typeof ReplicatedStore;
}

export const defaultReplicationParts: ReplicationParts = { ...defaultLogParts, ReplicatedLog, ReplicatedStore };
