import { openDatabase, type Database } from "../engine/index.ts";
import type { Host } from "../host/host.ts";
import { OperationExecutor } from "./operation-executor.ts";
import { refusalOf } from "./refusal.ts";
import { serveClients } from "./serve.ts";
import type { ClusterConfig, NodeState, TopologyNode } from "./topology.ts";

/** Where nodes keep their database, on whichever mount it is. */
export const DATABASE_DIRECTORY = "/db";

/**
 * A node that owns a database: it opens it on one of its mounts, for writing, and serves clients until told to stop. When
 * the database fails it goes on answering reads, and is not ready any more: started again it recovers.
 */
export class ReadWriteNode implements TopologyNode {
  private readonly host: Host;
  private readonly config: ClusterConfig;
  private readonly mount: "local" | "shared";
  private database: Database | undefined;

  constructor(host: Host, config: ClusterConfig, mount: "local" | "shared") {
    this.host = host;
    this.config = config;
    this.mount = mount;
  }

  async run(): Promise<void> {
    const { host, config, mount } = this;
    const fs = host.fs(mount);
    const database = await openDatabase({ host, fs, directory: DATABASE_DIRECTORY, options: config.engine });
    this.database = database;
    host.trace({ kind: "node-ready" });
    const executor = new OperationExecutor(host, database, DATABASE_DIRECTORY);
    await serveClients(host, (operation) => executor.execute(operation));
    await this.close(database);
  }

  inspect(): NodeState {
    const { database } = this;
    if (database === undefined) return { ready: false, role: "none", fields: {} };
    const { failed, lastSequence: sequence, fullDisk } = database;
    if (failed) return { ready: false, role: "primary", fields: { sequence, failed } };
    return { ready: true, role: "primary", fields: fullDisk === undefined ? { sequence } : { sequence, full: true } };
  }

  /** Every acknowledged write is durable already, so that a disk that fails now takes nothing from anybody. */
  private async close(database: Database): Promise<void> {
    try {
      await database.close();
    } catch (error) {
      const refusal = refusalOf(error, DATABASE_DIRECTORY);
      if (refusal === undefined) throw error;
      this.host.trace({ kind: "database-close-failed", code: refusal.code, reason: refusal.message });
    }
  }
}
