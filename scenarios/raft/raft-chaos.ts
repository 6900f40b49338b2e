import { MILLISECOND, SECOND } from "../../host/time.ts";
import { drawCluster } from "../drawn-cluster.ts";
import { drawChaos } from "../faults/chaos.ts";
import { withHands } from "../faults/hands.ts";
import { COMMON_FAULTS } from "../faults/swarm.ts";
import { hold } from "../foreseen.ts";
import type { Scenario } from "../scenario.ts";
import { dependentClients, registerGroups } from "../workloads/mixed.ts";
import { CAREFUL } from "./foreseen.ts";

/**
 * Chaos made for Raft: logs so short that followers must be sent whole copies, disks that are lost, leaders that hand over,
 * three to seven nodes; clients read from the leader, from followers, as sessions and within bounds.
 */
export const raftChaos: Scenario = {
  name: "raft-chaos",
  summary: "elections, lost disks, short logs and handovers on three to seven nodes, while everything else fails too",
  claims: [],
  expectations: new Map(hold(...CAREFUL)),

  plan(random) {
    const limits = random("limits");
    const hands = random("operator");
    const steps = limits.between(15, 50);
    const pause = limits.pick([1, 10, 50]) * MILLISECOND;
    const keys = limits.between(1, 4);
    const bytes = [8, limits.pick([20, 200, 2000])] as const;
    const common = { keys, steps, pause: [0, pause], bytes } as const;
    const registers = registerGroups({ random, limits }, common);
    const drawn = drawCluster(limits);
    const keptBytes = limits.pick([512, 4_096, 262_144]);
    return {
      ...drawn,
      cluster: {
        ...drawn.cluster,
        replicas: limits.pick([2, 2, 2, 3, 4, 6]),
        settings: {
          keptBytes,
          segmentBytes: Math.min(limits.pick([256, 4_096]), keptBytes),
          chunkBytes: limits.pick([256, 32_768]),
          sessions: limits.pick([8, 1_024]),
        },
      },
      clients: [
        ...registers("register", limits.between(1, 3), 2, "primary"),
        ...registers("session", limits.between(0, 2), 3, { role: "replica", fresh: "session" }),
        ...registers("bounded", limits.between(0, 1), 5, { role: "replica", fresh: 200 * MILLISECOND }),
        ...dependentClients({ random, limits }, common, 2),
      ],
      // A person lets the leader hand over, to whomever.
      ...withHands(
        hands,
        drawChaos(random("faults"), {
          steps,
          pause,
          classes: [...COMMON_FAULTS, "wipe", "wipe", "bit-rot", "disk-full"],
        }),
        {
          oneIn: 2,
          most: 4,
          draw: () => ({
            on: { role: "node", choice: hands.below(60) },
            fault: { kind: "operator", action: "transfer-leader" },
          }),
        },
      ),
      limit: 300 * SECOND,
    };
  },
};
