import type { Primary } from "../wal-stream/primary.ts";
import type { NodeStatus } from "../wal-stream/control-protocol.ts";
import { WalStreamNode } from "../wal-stream/node.ts";
import type { WalStreamParts } from "../wal-stream/parts.ts";
import type { Host } from "../../host/host.ts";
import type { ClusterConfig } from "../topology.ts";
import type { ModeSettings } from "../wal-stream/settings.ts";

/** What a node does no more, on its way to another protocol. What is durable of it the protocol's file says. */
export interface Restraint {
  /** Takes no change, if it leads. */
  frozen: boolean;
  /** Follows nobody, and promises nothing but to who asks by this name; undefined: it is not sealed. */
  sealedBy: string | undefined;
}

/** The code of a change's refusal while the cluster goes over to another protocol. */
export const UPGRADING = "upgrading";

/** The classes of a node that keeps to its restraint. */
export function restrained(parts: WalStreamParts, restraint: Restraint): WalStreamParts {
  return {
    ...parts,
    Primary: class extends parts.Primary {
      override refusal(): ReturnType<Primary["refusal"]> {
        return restraint.frozen
          ? { code: UPGRADING, message: "the cluster goes over to another protocol; try again in a moment" }
          : super.refusal();
      }
    },
    Replica: class extends parts.Replica {
      /** Whoever leads, nothing is to be added to the log. */
      protected override choose(statuses: readonly NodeStatus[]): NodeStatus | undefined {
        return restraint.sealedBy === undefined ? super.choose(statuses) : undefined;
      }
    },
  };
}

/** A node that streams its log, until it is restrained. */
export class RestrainedNode extends WalStreamNode {
  private readonly restraint: Restraint;

  constructor(host: Host, config: ClusterConfig, mode: ModeSettings, parts: WalStreamParts, restraint: Restraint) {
    super(host, config, mode, restrained(parts, restraint));
    this.restraint = restraint;
  }

  /** Once it is sealed, nobody may lead it: its reads as a primary would be older than what Raft has acknowledged since. */
  protected override mayPromise(
    epoch: number,
    by: string,
    made: { readonly promised: number; readonly promisedTo: string },
  ): boolean {
    const { sealedBy } = this.restraint;
    return (sealedBy === undefined || sealedBy === by) && super.mayPromise(epoch, by, made);
  }
}
