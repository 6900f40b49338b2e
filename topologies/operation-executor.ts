import { DatabaseFailedError, WriteBatch, type Database } from "../engine/index.ts";
import type { Host } from "../host/host.ts";
import { addChanges, effectOf, isBlind, type KeyedOperation } from "./effect.ts";
import { KeyLocks } from "./key-locks.ts";
import { isReadOnly, keysOf, keysText, type ClientOperation } from "./operation.ts";
import type { ClientReply } from "./protocol.ts";
import { findKeys, readOperation } from "./read-operation.ts";
import { failed, refusalOf, refusedRead } from "./refusal.ts";

/**
 * Carries out clients' operations on a database that this node alone writes, each atomically and as of one moment between
 * its request and its answer.
 *
 * A change locks its keys, reads what it must know, and makes all it changes in one batch; it becomes visible when the batch
 * is durable, whole, at its sequence number. Until its commit has ended nobody else changes a key that it has read. A read
 * locks nothing: it sees all changes up to one sequence number and none above, and so stands between two of them. The order
 * of sequence numbers is therefore an order in which the operations could have happened one by one.
 */
export class OperationExecutor {
  protected readonly host: Host;
  protected readonly database: Database;
  private readonly directory: string;
  private readonly locks = new KeyLocks();

  /** @param directory the database's, for messages */
  constructor(host: Host, database: Database, directory: string) {
    this.host = host;
    this.database = database;
    this.directory = directory;
  }

  /** Answers an operation. What disk or data are at fault for is a refusal; the node lives on. */
  async execute(operation: ClientOperation): Promise<ClientReply> {
    try {
      if (isReadOnly(operation)) return await this.read(operation);
      return await this.change(operation as KeyedOperation);
    } catch (error) {
      const refusal = refusalOf(error, this.directory);
      if (refusal === undefined) throw error;
      this.host.trace(refusedRead(keysText(operation), refusal));
      return failed(refusal.reason, refusal.message);
    }
  }

  /**
   * Makes a batch durable and visible, in that order: what was read cannot be lost any more.
   *
   * @returns the batch's position in the order of all writes
   * @throws DatabaseFailedError whether it will be there after a recovery is unknown
   * @throws DatabaseClosedError it was not begun
   */
  protected commit(batch: WriteBatch): Promise<number> {
    return this.database.write(batch, { sync: true });
  }

  private async read(operation: ClientOperation): Promise<ClientReply> {
    // The view's own position: while it is read, more may become visible.
    const position = this.database.lastSequence;
    return { ok: true, value: await readOperation(this.database, operation), position };
  }

  private async change(operation: KeyedOperation): Promise<ClientReply> {
    const { locks } = this;
    const refused = this.refusedChange();
    if (refused !== undefined) return refused;
    const keys = keysOf(operation);
    // Changes that read nothing may pass each other: the later commit overwrites, and they share one sync.
    const mode = isBlind(operation) ? "shared" : "exclusive";
    if (!locks.tryAcquire(keys, mode)) await locks.acquire(keys, mode);
    try {
      return await this.changeLocked(operation);
    } finally {
      locks.release(keys);
    }
  }

  private async changeLocked(operation: KeyedOperation): Promise<ClientReply> {
    const { database } = this;
    const effect = effectOf(operation, await findKeys(database, operation));
    if (effect.refused) return failed(effect.code, effect.message);
    const { value, changes } = effect;
    if (changes.length === 0) return { ok: true, value, position: database.lastSequence };
    // Once more: it may have waited, and what is refused before it begins has certainly not happened.
    const refused = this.refusedChange();
    if (refused !== undefined) return refused;
    const batch = new WriteBatch();
    addChanges(batch, changes);
    try {
      return { ok: true, value, position: await this.commit(batch) };
    } catch (error) {
      if (!(error instanceof DatabaseFailedError)) throw error;
      return { ok: false, outcome: "unknown", code: "write-failed", message: error.message };
    }
  }

  /** The answer to a change that the database would not take now. */
  private refusedChange(): ClientReply | undefined {
    const { database, directory } = this;
    if (database.failed) {
      return failed("database-failed", `the database in '${directory}' takes no writes until it is opened again`);
    }
    const { fullDisk } = database;
    // The engine would let it wait, for as long as the disk is full, and the client could not know whether it happened.
    if (fullDisk !== undefined) return failed("disk-full", `${fullDisk.message}; free some room`);
    return undefined;
  }
}
