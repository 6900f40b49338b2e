import type { RandomStream } from "../../host/random.ts";
import { MILLISECOND, SECOND, type Duration } from "../../host/time.ts";
import type { PlannedFault } from "../faults/fault.ts";
import type { ClientPlan, Plan } from "../plan.ts";

/** When all machines lose their power: what is to be on the disk must have been written long before. */
const POWER_LOST: Duration = 2 * SECOND;
/** When they have been up again for a while. */
const BEGIN: Duration = 4 * SECOND;

/**
 * All nodes and the server of the shared disk lose their power and are back soon, so that what was written is in nobody's
 * memory. As the document draws it, a shared disk does not bear that: runs are held to nothing but that no wrong data is served.
 */
export function coldStart(random: RandomStream): Pick<Plan, "faults" | "unbounded" | "healing"> {
  const common = { at: POWER_LOST, lasts: random.between(50, 200) * MILLISECOND, duringWrite: false };
  const faults: PlannedFault[] = [
    { ...common, on: { role: "disk", choice: 0 }, fault: { kind: "disk-server-crash" } },
    { ...common, on: { role: "node", choice: 0, count: 60 }, fault: { kind: "power-loss" } },
  ];
  return { faults, unbounded: true, healing: { after: BEGIN + 20 * SECOND, core: 0 } };
}

/** The client, beginning when machines are up again. */
export function afterColdStart({ steps: [first, ...rest], ...client }: ClientPlan): ClientPlan {
  return { ...client, steps: first === undefined ? [] : [{ ...first, wait: first.wait + BEGIN }, ...rest] };
}
