import { MILLISECOND, SECOND } from "../../host/time.ts";
import type { PlannedFault } from "../faults/fault.ts";
import { hold } from "../foreseen.ts";
import { machines } from "../machines.ts";
import type { Scenario } from "../scenario.ts";
import { registerClients } from "../workloads/register.ts";
import { CAREFUL } from "./foreseen.ts";

const ABSENCES = 3;
/** From one absence to the next. */
const EVERY = 2 * SECOND;

/**
 * One node after the other misses so much that its leader does not have it in the log any more, and is sent a whole copy instead:
 * also of what was deleted meanwhile, that it is not there.
 */
export const leftBehind: Scenario = {
  name: "left-behind",
  summary: "one node after the other is away for so long that it must be sent a whole copy",
  claims: [],
  expectations: new Map(hold(...CAREFUL)),

  plan(random) {
    const moments = random("moments");
    const nodes = random("nodes").shuffle([0, 1, 2]);
    return {
      cluster: { replicas: 2, engine: {}, settings: { keptBytes: 512, segmentBytes: 256 } },
      ...machines("nvme"),
      clients: registerClients(random("clients"), {
        name: "register",
        clients: 6,
        steps: 50,
        keys: 6,
        bytes: [20, 200],
        pause: [0, 250 * MILLISECOND],
        weights: { read: 1, write: 2, delete: 1 },
        readFrom: "primary",
      }),
      faults: Array.from({ length: ABSENCES }, (_, absence): PlannedFault => ({
        at: absence * EVERY + moments.between(100, 500) * MILLISECOND,
        lasts: moments.between(300, 1_200) * MILLISECOND,
        duringWrite: false,
        on: { role: "node", choice: nodes[absence] as number },
        fault: moments.pick([
          { kind: "partition", shape: "from-nodes" },
          { kind: "kill" },
          { kind: "power-loss" },
          { kind: "pause" },
        ] as const),
      })),
      healing: { after: ABSENCES * EVERY, core: moments.below(60) },
      limit: 300 * SECOND,
    };
  },
};
