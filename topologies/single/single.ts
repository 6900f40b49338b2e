import type { Host } from "../../host/host.ts";
import { SECOND } from "../../host/time.ts";
import { NodeCaller } from "../cluster-client.ts";
import { ReadWriteNode } from "../read-write-node.ts";
import { positionsNeverRegress } from "../position-invariant.ts";
import { holding } from "../roles.ts";
import { bears, type ClusterClient, type Topology } from "../topology.ts";

const NODE = "primary";

function connect(host: Host): ClusterClient {
  const caller = new NodeCaller(host);
  return { execute: (operation) => caller.execute(NODE, operation) };
}

/** One node on its local disk: what every design is compared with. */
export const single: Topology = {
  id: "single",
  summary: "one node on its local disk, the baseline",
  promises: [
    { property: "reads-answered" },
    { property: "values-written" },
    { property: "linearizable" },
    { property: "durable" },
    { property: "progress", within: 10 * SECOND },
  ],
  faultModel: bears(
    "kill",
    "power-loss",
    "pause",
    "partition",
    "clog",
    "swizzle-clog",
    "packet-loss",
    "duplication",
    "reordering",
    "slow-link",
    "connection-reset",
    "clock-skew",
    "clock-drift",
    "clock-step",
    "disk-slow",
    "disk-stall",
    "short-transfer",
  ),
  roles: [
    {
      role: "primary",
      holders: (nodes) => holding(nodes, "primary"),
      whenVacant: "nobody",
    },
    { role: "disk", holders: () => [], whenVacant: "primary" },
  ],
  invariants: [positionsNeverRegress],
  actions: [],
  // Clients' requests and their replies; it serves, and that is all.
  complexity: { messages: 2, states: 1, settings: 0, steps: 0 },
  place: () => ({ nodes: [{ name: NODE, mounts: ["local"] }], sharedDisk: undefined }),
  cores: () => [[NODE]],
  startNode: (host, config) => new ReadWriteNode(host, config, "local"),
  connect,
};
