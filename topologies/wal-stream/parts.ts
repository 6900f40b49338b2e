import { defaultReplicationParts, type ReplicationParts } from "../replication/parts.ts";
import { Acknowledgements } from "./acknowledgements.ts";
import { ChangeExecutor } from "./change-executor.ts";
import { Failover } from "./failover.ts";
import { Founding } from "./founding.ts";
import { Housekeeping } from "./housekeeping.ts";
import { MetadataFile } from "./metadata.ts";
import { NodeData } from "./node-data.ts";
import { Primary } from "./primary.ts";
import { Reads } from "./reads.ts";
import { Receiver } from "./receiver.ts";
import { Replica } from "./replica.ts";
import { Retention } from "./retention.ts";
import { Rewind } from "./rewind.ts";
import { Sender } from "./sender.ts";
import { SnapshotReceiver } from "./snapshot-receiver.ts";
import { SnapshotSender } from "./snapshot-sender.ts";

/**
 * The classes that a node, and what a person does to it, are built from. Each makes its decisions in protected methods; a variant of the design is a table in
 * which some class is replaced by a subclass that decides otherwise.
 */
export interface WalStreamParts extends ReplicationParts {
  readonly Acknowledgements: typeof Acknowledgements;
  readonly ChangeExecutor: typeof ChangeExecutor;
  readonly Failover: typeof Failover;
  readonly Founding: typeof Founding;
  readonly Housekeeping: typeof Housekeeping;
  readonly MetadataFile: typeof MetadataFile;
  readonly NodeData: typeof NodeData;
  readonly Primary: typeof Primary;
  readonly Reads: typeof Reads;
  readonly Receiver: typeof Receiver;
  readonly Replica: typeof Replica;
  readonly Retention: typeof Retention;
  readonly Rewind: typeof Rewind;
  readonly Sender: typeof Sender;
  readonly SnapshotReceiver: typeof SnapshotReceiver;
  readonly SnapshotSender: typeof SnapshotSender;
}

export const defaultWalStreamParts: WalStreamParts = {
  ...defaultReplicationParts,
  Acknowledgements,
  ChangeExecutor,
  Failover,
  Founding,
  Housekeeping,
  MetadataFile,
  NodeData,
  Primary,
  Reads,
  Receiver,
  Replica,
  Retention,
  Rewind,
  Sender,
  SnapshotReceiver,
  SnapshotSender,
};
