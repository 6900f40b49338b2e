import {
  DatabaseExistenceError,
  ManifestUnavailableError,
  openReadOnlyDatabase,
  type ReadOnlyDatabase,
} from "../../engine/index.ts";
import type { Host } from "../../host/host.ts";
import { MILLISECOND, SECOND } from "../../host/time.ts";
import { NodeCaller } from "../cluster-client.ts";
import { isReadOnly, keysText, type ClientOperation } from "../operation.ts";
import type { ClientReply } from "../protocol.ts";
import { readOperation } from "../read-operation.ts";
import { DATABASE_DIRECTORY, ReadWriteNode } from "../read-write-node.ts";
import { failed, refusalOf, refusedRead } from "../refusal.ts";
import { positionsNeverRegress } from "../position-invariant.ts";
import { holding } from "../roles.ts";
import { serveClients } from "../serve.ts";
import {
  bears,
  type ClusterClient,
  type ClusterConfig,
  type NodeState,
  type Topology,
  type TopologyNode,
} from "../topology.ts";

const PRIMARY = "primary";
const DISK = "disk";

/** How often a replica looks for a database that the primary has not made yet. */
const OPEN_RETRY = 50 * MILLISECOND;

/** How far behind the primary, and the newest durable files, a replica may be, as a user of the design would have it. */
const VERSION_LAG = SECOND;

/**
 * A reader of the primary's files, exactly as the document has it: each read loads the manifest, then opens the SSTable
 * that the manifest names. It takes no lock, tells the primary nothing, and tries nothing twice.
 */
class Replica implements TopologyNode {
  private readonly host: Host;
  private readonly config: ClusterConfig;
  private database: ReadOnlyDatabase | undefined;

  constructor(host: Host, config: ClusterConfig) {
    this.host = host;
    this.config = config;
  }

  async run(): Promise<void> {
    const database = await this.open();
    this.database = database;
    this.host.trace({ kind: "node-ready" });
    await serveClients(this.host, (operation) => this.answer(database, operation));
    await database.close();
  }

  inspect(): NodeState {
    const { database } = this;
    if (database === undefined) return { ready: false, role: "none", fields: {} };
    return { ready: true, role: "replica", fields: { version: database.version.number } };
  }

  private async open(): Promise<ReadOnlyDatabase> {
    const { host, config } = this;
    for (;;) {
      try {
        return await openReadOnlyDatabase({
          host,
          fs: host.fs("shared"),
          directory: DATABASE_DIRECTORY,
          options: config.engine,
        });
      } catch (error) {
        const notYet = error instanceof DatabaseExistenceError || error instanceof ManifestUnavailableError;
        if (!notYet) throw error;
        await host.clock.sleep(OPEN_RETRY);
      }
    }
  }

  private async answer(database: ReadOnlyDatabase, operation: ClientOperation): Promise<ClientReply> {
    const { host } = this;
    if (!isReadOnly(operation)) return failed("read-only", `${host.name} only reads`);
    const key = keysText(operation);
    host.trace({ kind: "get-began", key });
    try {
      await database.refresh();
      const version = database.version.number;
      const value = await readOperation(database, operation);
      host.trace({ kind: "get-served", key, version });
      return { ok: true, value, position: null };
    } catch (error) {
      const refusal = refusalOf(error, DATABASE_DIRECTORY);
      if (refusal === undefined) throw error;
      host.trace(refusedRead(key, refusal));
      return failed(refusal.reason, refusal.message);
    }
  }
}

function connect(host: Host, config: ClusterConfig): ClusterClient {
  const caller = new NodeCaller(host);
  return {
    execute: (operation, target) => {
      const primary = !isReadOnly(operation) || target.role === "primary" || config.replicas === 0;
      return caller.execute(primary ? PRIMARY : replicaName(target.choice % config.replicas), operation);
    },
  };
}

function replicaName(index: number): string {
  return `replica-${index + 1}`;
}

/** The proposal that the document rejects, as it is drawn there: a primary and read-only replicas on one disk. */
export const sharedDiskAsWritten: Topology = {
  id: "shared-disk:as-written",
  summary: "one primary, read-only replicas on the same disk, no mitigation (the proposal as written)",
  promises: [
    { property: "reads-answered" },
    { property: "values-written" },
    { property: "version-current", bound: VERSION_LAG },
    { property: "acknowledged-readable", bound: VERSION_LAG },
    { property: "reads-whole" },
  ],
  faultModel: bears(
    "kill",
    "pause",
    "packet-loss",
    "duplication",
    "reordering",
    "slow-link",
    "connection-reset",
    "clock-skew",
    "clock-drift",
    "clock-step",
    "short-transfer",
  ),
  roles: [
    { role: "primary", holders: (nodes) => holding(nodes, "primary"), whenVacant: "nobody" },
    { role: "replica", holders: (nodes) => holding(nodes, "replica"), whenVacant: "nobody" },
    { role: "disk", holders: () => [DISK], whenVacant: "nobody" },
  ],
  invariants: [positionsNeverRegress],
  actions: [],
  place: (config) => ({
    nodes: [PRIMARY, ...Array.from({ length: config.replicas }, (_, index) => replicaName(index))].map((name) => ({
      name,
      mounts: ["shared"],
    })),
    sharedDisk: DISK,
  }),
  cores: () => [[PRIMARY, DISK]],
  startNode: (host, config) =>
    host.name === PRIMARY ? new ReadWriteNode(host, config, "shared") : new Replica(host, config),
  connect,
};
