import type { RandomStream } from "../../host/random.ts";
import { MILLISECOND, SECOND, type Duration } from "../../host/time.ts";
import type { PlannedFault } from "../faults/fault.ts";
import type { Plan } from "../plan.ts";
import { drawn, type Range } from "../workloads/draw.ts";

/** Longer than any client has something to ask: it ends with the run's healing. */
export const FOR_GOOD: Duration = 200 * SECOND;

/** From the first sign until a person acts who sits there and knows what to do. */
const REACTION: Duration = 200 * MILLISECOND;

export interface PrimaryLossOptions {
  /** When the primary is lost, from the moment at which the cluster was ready. */
  readonly within: Range;
  /** What is added to the way to and from each replica, from the beginning until the primary is lost; 0 for nothing. */
  readonly lag?: Duration;
  readonly reaction?: Duration;
}

/** The primary's machine is lost for good, a person has a replica take over, and in the end the old one comes back. */
export function primaryLost(
  random: RandomStream,
  { within, lag = 0, reaction = REACTION }: PrimaryLossOptions,
): Pick<Plan, "faults" | "healing" | "onCall"> {
  const at = drawn(random, within);
  const kind = random.pick(["kill", "power-loss"] as const);
  const slow: PlannedFault = {
    at: 0,
    lasts: at + 4 * MILLISECOND,
    duringWrite: false,
    on: { role: "replica", choice: 0, count: 4 },
    fault: { kind: "slow-link", latency: lag },
  };
  return {
    faults: [
      ...(lag > 0 ? [slow] : []),
      { at, lasts: FOR_GOOD, duringWrite: true, on: { role: "primary", choice: 0 }, fault: { kind } },
    ],
    onCall: { reaction },
    healing: { after: 60 * SECOND, core: 0 },
  };
}
