import { DatabaseLockedError, openDatabase, type Database } from "../../engine/index.ts";
import { isFileSystemError } from "../../host/file-system-error.ts";
import { MILLISECOND } from "../../host/time.ts";
import { keysText, type ClientOperation } from "../operation.ts";
import { OperationExecutor } from "../operation-executor.ts";
import type { ClientReply } from "../protocol.ts";
import { failed, refusalOf, refusedRead } from "../refusal.ts";
import { NOT_PRIMARY } from "../routed-client.ts";
import type { NodeState } from "../topology.ts";
import { engineOptions } from "./engine-options.ts";
import { withoutLock } from "./lock-parts.ts";
import type { NodeContext } from "./node-context.ts";
import { Signal, type NodeRole } from "./node-role.ts";
import type { PeerReply } from "./peer-protocol.ts";

/** How often it looks for a database that the primary has not made yet. */
const OPEN_RETRY = 50 * MILLISECOND;

/**
 * A replica that opens the database as the primary does, for reading and writing, since it knows no other way. The LOCK keeps
 * it out for as long as the primary lives. Where nobody takes the LOCK it gets in, recovers what the primary is at work on,
 * and writes beside it.
 */
export class ExclusiveReplica implements NodeRole {
  private readonly context: NodeContext;
  private readonly over = new Signal();
  private database: Database | undefined;
  private executor: OperationExecutor | undefined;
  private opening: Promise<void> | undefined;
  private found = false;
  private closed = false;

  constructor(context: NodeContext) {
    this.context = context;
  }

  get ended(): Promise<void> {
    return this.over.promise;
  }

  /** Waits for the primary to have made the database, so that it is the replica that comes second. */
  async open(): Promise<void> {
    const { host, fs, directory } = this.context;
    while (!this.closed && !this.found) {
      try {
        await fs.stat(`${directory}/CURRENT`);
        this.found = true;
      } catch (error) {
        if (!isFileSystemError(error, "ENOENT")) throw error;
        await host.clock.sleep(OPEN_RETRY);
      }
    }
    const { openDelay } = this.context.settings;
    if (openDelay === 0) await this.openQuietly();
    else host.spawn("open-later", () => host.clock.sleep(openDelay).then(() => this.openQuietly()));
  }

  async answer(operation: ClientOperation): Promise<ClientReply> {
    const { host, directory } = this.context;
    const key = keysText(operation);
    try {
      if (this.executor === undefined) await this.tryToOpen();
    } catch (error) {
      const refusal = refusalOf(error, directory);
      if (refusal === undefined) throw error;
      host.trace(refusedRead(key, refusal));
      return failed(error instanceof DatabaseLockedError ? "locked" : refusal.reason, refusal.message);
    }
    return this.executor === undefined
      ? failed("starting", `${host.name} has no database open`)
      : this.executor.execute(operation);
  }

  answerPeer(): Promise<PeerReply> {
    return Promise.resolve({
      kind: "refused",
      code: NOT_PRIMARY,
      message: `${this.context.host.name} keeps no leases`,
    });
  }

  state(): NodeState {
    const { database, found } = this;
    if (!found) return { ready: false, role: "none", fields: {} };
    if (database === undefined) return { ready: true, role: "replica", fields: { locked: true } };
    const { failed: broken, lastSequence, version } = database;
    return { ready: true, role: "replica", fields: { writes: lastSequence, version: version.number, failed: broken } };
  }

  async close(): Promise<void> {
    this.closed = true;
    try {
      await this.database?.close();
    } catch (error) {
      if (refusalOf(error, this.context.directory) === undefined) throw error;
    }
  }

  private async openQuietly(): Promise<void> {
    try {
      await this.tryToOpen();
    } catch (error) {
      if (refusalOf(error, this.context.directory) === undefined) throw error;
    }
  }

  private tryToOpen(): Promise<void> {
    this.opening ??= this.openNow().finally(() => {
      this.opening = undefined;
    });
    return this.opening;
  }

  private async openNow(): Promise<void> {
    const { host, fs, config, switches, directory } = this.context;
    const options = engineOptions(config, switches);
    const parts = switches.lock ? {} : { parts: withoutLock() };
    const database = await openDatabase({ host, fs, directory, options, ...parts });
    this.database = database;
    this.executor = new OperationExecutor(host, database, directory);
  }
}
