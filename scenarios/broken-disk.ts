import { MILLISECOND, SECOND } from "../host/time.ts";
import { drawCluster } from "./drawn-cluster.ts";
import { drawChaos } from "./faults/chaos.ts";
import { DISK_FAULTS } from "./faults/swarm.ts";
import type { Scenario } from "./scenario.ts";
import { registerClients } from "./workloads/register.ts";

/**
 * Disks that rot, lie, lose and misplace writes, beyond what any mode bears. Nothing is held against a design here but wrong
 * data: it may refuse to answer, or have lost what it wrote, but must not make anything up.
 */
export const brokenDisk: Scenario = {
  name: "broken-disk",
  summary: "disks rot, lie and lose writes; whatever happens, no wrong data may be served",
  claims: [],
  expectations: new Map([["single", { kind: "holds" }]]),

  plan(random) {
    const limits = random("limits");
    const steps = limits.between(10, 30);
    const pause = limits.pick([0, 1, 10, 50]) * MILLISECOND;
    const classes = [...DISK_FAULTS, "kill", "power-loss"] as const;
    return {
      ...drawCluster(limits),
      clients: registerClients(random("register"), {
        keys: limits.between(1, 6),
        clients: limits.between(2, 4),
        bytes: [8, limits.pick([20, 200, 2000])],
        weights: { read: 4, write: 4, delete: limits.pick([0, 1]) },
        steps,
        pause: [0, pause],
        readFrom: "primary",
      }),
      ...drawChaos(random("faults"), { steps, pause, classes }),
      unbounded: true,
      limit: 300 * SECOND,
    };
  },
};
