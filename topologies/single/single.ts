import { openDatabase, type Database } from "../../engine/index.ts";
import type { Host } from "../../host/host.ts";
import { NodeCaller } from "../cluster-client.ts";
import { readWrite } from "../read-write-node.ts";
import { holding } from "../roles.ts";
import { serveClients } from "../serve.ts";
import type { ClusterClient, ClusterConfig, NodeState, Topology, TopologyNode } from "../topology.ts";

const NODE = "primary";
const DIRECTORY = "/db";

class SingleNode implements TopologyNode {
  private readonly host: Host;
  private readonly config: ClusterConfig;
  private database: Database | undefined;

  constructor(host: Host, config: ClusterConfig) {
    this.host = host;
    this.config = config;
  }

  async run(): Promise<void> {
    const { host, config } = this;
    const database = await openDatabase({ host, fs: host.fs("local"), directory: DIRECTORY, options: config.engine });
    this.database = database;
    host.trace({ kind: "node-ready" });
    await serveClients(host, (request) => readWrite(database, request));
    await database.close();
  }

  inspect(): NodeState {
    const { database } = this;
    if (database === undefined) return { ready: false, role: "none", fields: {} };
    return { ready: true, role: "primary", fields: { sequence: database.lastSequence } };
  }
}

function connect(host: Host): ClusterClient {
  const caller = new NodeCaller(host);
  return {
    read: (key) => caller.read(NODE, key),
    write: (key, value) => caller.change(NODE, { op: "write", key, value }),
    delete: (key) => caller.change(NODE, { op: "delete", key }),
  };
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
  startNode: (host, config) => new SingleNode(host, config),
  connect,
};
