import type { NodeStatus } from "./control-protocol.ts";
import { Failover } from "./failover.ts";

/** A person who takes any replica for as good as another: whichever answers first in the order of names. */
export class AnyReplica extends Failover {
  protected override needed(): number {
    return 1;
  }

  protected override choose(candidates: readonly NodeStatus[]): NodeStatus {
    return candidates[0] as NodeStatus;
  }
}
