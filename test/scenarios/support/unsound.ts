import { openDatabase, WriteBatch, type Database } from "../../../engine/index.ts";
import type { Host } from "../../../host/host.ts";
import { MILLISECOND } from "../../../host/time.ts";
import { addChanges, effectOf, type KeyedOperation } from "../../../topologies/effect.ts";
import { isReadOnly, keysText, type ClientOperation } from "../../../topologies/operation.ts";
import { OperationExecutor } from "../../../topologies/operation-executor.ts";
import type { ClientReply } from "../../../topologies/protocol.ts";
import { findKeys } from "../../../topologies/read-operation.ts";
import { DATABASE_DIRECTORY } from "../../../topologies/read-write-node.ts";
import { failed } from "../../../topologies/refusal.ts";
import { serveClients } from "../../../topologies/serve.ts";
import { single } from "../../../topologies/single/single.ts";
import type { ClusterConfig, Topology, TopologyNode } from "../../../topologies/topology.ts";

type Executor = new (host: Host, database: Database, directory: string) => OperationExecutor;

/** The baseline's node with another executor. */
function withExecutor(name: string, executor: Executor): Topology {
  return { ...single, id: `single:${name}`, startNode: (host, config) => nodeWith(executor, host, config) };
}

function nodeWith(Executor: Executor, host: Host, config: ClusterConfig): TopologyNode {
  let database: Database | undefined;
  return {
    async run() {
      const fs = host.fs("local");
      database = await openDatabase({ host, fs, directory: DATABASE_DIRECTORY, options: config.engine });
      host.trace({ kind: "node-ready" });
      const executor = new Executor(host, database, DATABASE_DIRECTORY);
      await serveClients(host, (operation) => executor.execute(operation));
      await database.close();
    },
    inspect: () =>
      database === undefined
        ? { ready: false, role: "none", fields: {} }
        : { ready: !database.failed, role: "primary", fields: {} },
  };
}

/** Acknowledges what is only in the page cache: a loss of power takes it. */
class Unsynced extends OperationExecutor {
  protected override commit(batch: WriteBatch): Promise<number> {
    return this.database.write(batch, { sync: false });
  }
}

/** Acknowledges what it has only begun to write: a crash takes it, and who reads at once does not see it. */
class AcknowledgingEarly extends OperationExecutor {
  protected override commit(batch: WriteBatch): Promise<number> {
    this.database.write(batch, { sync: true }).catch(() => undefined);
    return Promise.resolve(this.database.lastSequence);
  }
}

/** Answers reads as of some time ago, when it answered the same one before. */
class ReadingStale extends OperationExecutor {
  private readonly former = new Map<string, { readonly at: number; readonly reply: ClientReply }>();

  override async execute(operation: ClientOperation): Promise<ClientReply> {
    if (!isReadOnly(operation)) return super.execute(operation);
    const question = `${operation.op} ${keysText(operation)}`;
    const known = this.former.get(question);
    const now = this.host.clock.monotonic();
    if (known !== undefined && now - known.at < 20 * MILLISECOND) return known.reply;
    const reply = await super.execute(operation);
    this.former.set(question, { at: now, reply });
    return reply;
  }
}

/** Clears the place of what it is about to write, in a batch of its own: for a moment, or after a crash, there is nothing. */
class ReplacingInTwo extends OperationExecutor {
  override async execute(operation: ClientOperation): Promise<ClientReply> {
    if (!isReadOnly(operation) && operation.op !== "delete") {
      const effect = effectOf(operation as KeyedOperation, await findKeys(this.database, operation as KeyedOperation));
      if (!effect.refused && effect.changes.length > 0) {
        const cleared = new WriteBatch();
        addChanges(
          cleared,
          effect.changes.map((change) => ({ ...change, value: undefined })),
        );
        const whole = new WriteBatch();
        addChanges(whole, effect.changes);
        await this.commit(cleared);
        return { ok: true, value: effect.value, position: await this.commit(whole) };
      }
    }
    return super.execute(operation);
  }
}

/** Reads, changes and writes back, and locks nothing meanwhile. */
class Lockless extends OperationExecutor {
  override async execute(operation: ClientOperation): Promise<ClientReply> {
    if (isReadOnly(operation)) return super.execute(operation);
    const { database } = this;
    const effect = effectOf(operation as KeyedOperation, await findKeys(database, operation as KeyedOperation));
    if (effect.refused) return failed(effect.code, effect.message);
    if (effect.changes.length === 0) return { ok: true, value: effect.value, position: database.lastSequence };
    const batch = new WriteBatch();
    addChanges(batch, effect.changes);
    return { ok: true, value: effect.value, position: await this.commit(batch) };
  }
}

/** Makes what one operation changes durable and visible one key after the other, though one operation at a time. */
class Splitting extends OperationExecutor {
  private last: Promise<unknown> = Promise.resolve();

  override execute(operation: ClientOperation): Promise<ClientReply> {
    if (isReadOnly(operation)) return super.execute(operation);
    const reply = this.last.then(() => this.changeByKey(operation as KeyedOperation));
    this.last = reply.catch(() => undefined);
    return reply;
  }

  private async changeByKey(operation: KeyedOperation): Promise<ClientReply> {
    const { database } = this;
    const effect = effectOf(operation, await findKeys(database, operation));
    if (effect.refused) return failed(effect.code, effect.message);
    let position = database.lastSequence;
    for (const change of effect.changes) {
      const batch = new WriteBatch();
      addChanges(batch, [change]);
      position = await this.commit(batch);
    }
    return { ok: true, value: effect.value, position };
  }
}

/** Forgets one write in thirty, and says that all is well. */
class Forgetful extends OperationExecutor {
  private commits = 0;

  protected override commit(batch: WriteBatch): Promise<number> {
    if (++this.commits % 30 === 0) return Promise.resolve(this.database.lastSequence);
    return super.commit(batch);
  }
}

/** Designs with a bug each, by name; beside them, the same node with the executor as it is. */
export const unsound = {
  unsynced: withExecutor("unsynced", Unsynced),
  "acknowledging-early": withExecutor("acknowledging-early", AcknowledgingEarly),
  "reading-stale": withExecutor("reading-stale", ReadingStale),
  "replacing-in-two": withExecutor("replacing-in-two", ReplacingInTwo),
  lockless: withExecutor("lockless", Lockless),
  splitting: withExecutor("splitting", Splitting),
  forgetful: withExecutor("forgetful", Forgetful),
} as const;

export const sound = withExecutor("sound", OperationExecutor);
