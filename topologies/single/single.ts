import type { Host } from "../../host/host.ts";
import { NodeCaller } from "../cluster-client.ts";
import { ReadWriteNode } from "../read-write-node.ts";
import { holding } from "../roles.ts";
import type { ClusterClient, Topology } from "../topology.ts";

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
    { property: "staleness-bounded", bound: 0 },
  ],
  faultModel: { within: ["kill", "power-loss", "pause", "packet-loss", "slow-network", "clock-drift", "clock-step"] },
  roles: [
    {
      role: "primary",
      holders: (nodes) => holding(nodes, "primary"),
      whenVacant: "nobody",
    },
  ],
  invariants: [],
  actions: [],
  place: () => ({ nodes: [{ name: NODE, mounts: ["local"] }], sharedDisk: undefined }),
  startNode: (host, config) => new ReadWriteNode(host, config, "local"),
  connect,
};
