import { type CoreParts, defaultCoreParts } from "./core/parts.ts";
import { RaftCore } from "./core/raft-core.ts";
import { defaultReplicationParts, type ReplicationParts } from "../replication/parts.ts";
import { DiskQueue } from "./disk-queue.ts";
import { Reads } from "./reads.ts";
import { Sessions } from "./sessions.ts";
import { SnapshotReceiver } from "./snapshot-receiver.ts";
import { SnapshotSender } from "./snapshot-sender.ts";
import { StateFile } from "./state-file.ts";
import { StateMachine } from "./state-machine.ts";
import { Storage } from "./storage.ts";

/**
 * The classes that a node is built from. Each makes its decisions in protected methods; a variant of the design is a table in
 * which some class is replaced by a subclass that decides otherwise.
 */
export interface RaftParts extends ReplicationParts {
  /** Of the core itself. */
  readonly core: CoreParts;
  readonly DiskQueue: typeof DiskQueue;
  readonly RaftCore: typeof RaftCore;
  readonly Reads: typeof Reads;
  readonly Sessions: typeof Sessions;
  readonly SnapshotReceiver: typeof SnapshotReceiver;
  readonly SnapshotSender: typeof SnapshotSender;
  readonly StateFile: typeof StateFile;
  readonly StateMachine: typeof StateMachine;
  readonly Storage: typeof Storage;
}

export const defaultRaftParts: RaftParts = {
  ...defaultReplicationParts,
  core: defaultCoreParts,
  DiskQueue,
  RaftCore,
  Reads,
  Sessions,
  SnapshotReceiver,
  SnapshotSender,
  StateFile,
  StateMachine,
  Storage,
};
