import { openDatabase, WriteBatch, type Database } from "../engine/index.ts";
import type { Host } from "../host/host.ts";
import type { ClientOperation } from "./operation.ts";
import type { ClientReply } from "./protocol.ts";
import { serveClients } from "./serve.ts";
import { utf8, utf8Text } from "./text.ts";
import type { ClusterConfig, NodeState, TopologyNode } from "./topology.ts";

/** Where nodes keep their database, on whichever mount it is. */
export const DATABASE_DIRECTORY = "/db";

/** A node that owns a database: it opens it on one of its mounts, for writing, and serves clients until told to stop. */
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
    await serveClients(host, (operation) => readWrite(database, operation));
    await database.close();
  }

  inspect(): NodeState {
    const { database } = this;
    if (database === undefined) return { ready: false, role: "none", fields: {} };
    return { ready: true, role: "primary", fields: { sequence: database.lastSequence } };
  }
}

/** Carries out a client's operation. A write is answered once it is durable. */
async function readWrite(database: Database, operation: ClientOperation): Promise<ClientReply> {
  if (operation.op === "read") {
    const value = await database.get(utf8(operation.key));
    return { ok: true, value: value === undefined ? null : utf8Text(value), position: database.lastSequence };
  }
  const batch = new WriteBatch();
  if (operation.op === "write") batch.put(utf8(operation.key), utf8(operation.value));
  else if (operation.op === "delete") batch.delete(utf8(operation.key));
  else return { ok: false, outcome: "failed", code: "unsupported", message: `no ${operation.op} here` };
  const position = await database.write(batch, { sync: true });
  return { ok: true, value: null, position };
}
