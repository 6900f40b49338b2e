import type { RandomStream } from "../../host/random.ts";
import { MILLISECOND, SECOND, type Duration } from "../../host/time.ts";
import { FOR_GOOD, type PlannedFault } from "../faults/fault.ts";
import type { Plan } from "../plan.ts";
import { drawn, type Range } from "../workloads/draw.ts";

/** From the first sign until a person acts who sits there and knows what to do. */
const REACTION: Duration = 200 * MILLISECOND;

export interface PrimaryLossOptions {
  /** When the primary is lost, from the moment at which the cluster was ready. */
  readonly within: Range;
  /** How long before that it loses all other nodes, while clients still reach it. */
  readonly cutOff: Duration;
}

/**
 * The primary's machine is lost for good, its network perhaps a little earlier; a person has a replica take over, and in the end
 * the old one comes back.
 */
export function primaryLost(
  random: RandomStream,
  { within, cutOff }: PrimaryLossOptions,
): Pick<Plan, "faults" | "healing" | "onCall"> {
  const at = drawn(random, within);
  const on = { role: "primary", choice: 0 } as const;
  const kind = random.pick(["kill", "power-loss"] as const);
  const cut: PlannedFault = {
    at: at - cutOff,
    // Beyond its end, so that what it has not sent by then is never sent.
    lasts: cutOff + 20 * MILLISECOND,
    duringWrite: false,
    on,
    fault: { kind: "partition", shape: "from-nodes" },
  };
  return {
    faults: [...(cutOff > 0 ? [cut] : []), { at, lasts: FOR_GOOD, duringWrite: false, on, fault: { kind } }],
    onCall: { reaction: REACTION },
    healing: { after: 60 * SECOND, core: 0 },
  };
}
