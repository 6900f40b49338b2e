import { MILLISECOND, SECOND } from "../../host/time.ts";
import { FOR_GOOD, type PlannedFault } from "../faults/fault.ts";
import { hold } from "../foreseen.ts";
import { machines } from "../machines.ts";
import type { Scenario } from "../scenario.ts";
import { CAREFUL } from "./foreseen.ts";
import { scatteredWriters } from "./scattered-writers.ts";

/** The power of the whole room fails, again and again: what was acknowledged is on disks, or nowhere. */
export const powerLosses: Scenario = {
  name: "power-losses",
  summary: "all nodes, or the only one, lose their power at once, again and again, while clients write",
  claims: [],
  expectations: new Map(hold(...CAREFUL)),

  plan(random) {
    const limits = random("limits");
    const moments = random("moments");
    const keptBytes = limits.pick([512, 262_144]);
    return {
      cluster: {
        replicas: limits.pick([0, 2, 4]),
        engine: {},
        settings: { keptBytes, segmentBytes: Math.min(4_096, keptBytes) },
      },
      ...machines(limits.pick(["nvme", "ssd"])),
      clients: scatteredWriters(random("writers"), { clients: 8, steps: 20, pause: [0, 100 * MILLISECOND] }),
      faults: [
        // What is being saved when the power goes takes longer to be saved.
        ...(moments.chance(1, 2)
          ? [
              {
                at: 0,
                lasts: FOR_GOOD,
                duringWrite: false,
                on: { role: "node", choice: 0, count: 5 },
                fault: { kind: "disk-slow", factor: moments.pick([3, 10]) },
              } as const,
            ]
          : []),
        ...Array.from({ length: moments.between(1, 3) }, (_, index): PlannedFault => ({
          at: index * SECOND + moments.between(50, 500) * MILLISECOND,
          lasts: moments.between(1, 50) * MILLISECOND,
          duringWrite: moments.chance(1, 2),
          on: { role: "node", choice: 0, count: 5 },
          fault: { kind: "power-loss" },
        })),
      ],
      healing: { after: 10 * SECOND, core: moments.below(60) },
      limit: 300 * SECOND,
    };
  },
};
