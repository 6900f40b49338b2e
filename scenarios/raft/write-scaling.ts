import { SECOND } from "../../host/time.ts";
import type { Scenario } from "../scenario.ts";
import { hold } from "../foreseen.ts";
import { machines } from "../machines.ts";
import { WRITES_ALONE, registerClients } from "../workloads/register.ts";

/** Numbers of nodes that are compared. */
export const NODE_COUNTS = [3, 5, 7] as const;

export function writeScalingOf(nodes: number): string {
  return `write-scaling-${nodes}`;
}

/** As many writes as a cluster takes: more writers than it has room for, none of whom pauses. */
export const writeScaling: readonly Scenario[] = NODE_COUNTS.map((nodes) => ({
  name: writeScalingOf(nodes),
  summary: `more writers than ${nodes} nodes have room for`,
  claims: ["RA-5"],
  expectations: new Map(hold("raft:read-index")),

  plan(random) {
    return {
      cluster: { replicas: nodes - 1, engine: {} },
      ...machines("nvme"),
      clients: registerClients(random("writers"), {
        keys: 64,
        bytes: [4000, 4000],
        name: "writer",
        clients: 40,
        steps: 15,
        pause: [0, 0],
        weights: WRITES_ALONE,
        readFrom: "primary",
      }),
      limit: 100 * SECOND,
    };
  },
}));
