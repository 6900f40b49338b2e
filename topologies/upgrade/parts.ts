import { defaultRaftParts, type RaftParts } from "../raft/parts.ts";
import { defaultWalStreamParts, type WalStreamParts } from "../wal-stream/parts.ts";
import { Conversion } from "./conversion.ts";
import { ProtocolFile } from "./protocol-file.ts";
import { RaftMember } from "./raft-member.ts";

/** The classes that a node is built from which goes over from one protocol to the other, and those of both. */
export interface UpgradeParts {
  readonly walStream: WalStreamParts;
  readonly raft: RaftParts;
  readonly Conversion: typeof Conversion;
  readonly ProtocolFile: typeof ProtocolFile;
  readonly RaftMember: typeof RaftMember;
}

export const defaultUpgradeParts: UpgradeParts = {
  walStream: defaultWalStreamParts,
  raft: defaultRaftParts,
  Conversion,
  ProtocolFile,
  RaftMember,
};
