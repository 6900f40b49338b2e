import { DatabaseLockedError } from "../../engine/index.ts";
import { isFileSystemError } from "../../host/file-system-error.ts";
import { MILLISECOND } from "../../host/time.ts";
import type { ClientOperation } from "../operation.ts";
import type { ClientReply } from "../protocol.ts";
import { DATABASE_DIRECTORY } from "../read-write-node.ts";
import { failed } from "../refusal.ts";
import type { NodeState } from "../topology.ts";
import type { NodeContext } from "./node-context.ts";
import { Signal, type NodeRole } from "./node-role.ts";
import type { Notices } from "./notices.ts";
import type { PeerReply } from "./peer-protocol.ts";
import { Primary } from "./primary.ts";

/** Between two attempts to open the database. */
const OPEN_RETRY = 200 * MILLISECOND;

/**
 * A replica that knows one way to open a database: the primary's, for reading and writing, as the document's `open_replica` does.
 * While another node holds the LOCK it serves nothing. Without a lock it gets in, recovers, and is a second writer.
 */
export class ExclusiveOpener implements NodeRole {
  private readonly context: NodeContext;
  private readonly notices: Notices | undefined;
  private readonly over = new Signal();
  private opened: Primary | undefined;
  /** Whether it is still going to try to open the database for the first time. */
  private trying = false;
  private closed = false;

  constructor(context: NodeContext, notices: Notices | undefined) {
    this.context = context;
    this.notices = notices;
  }

  get ended(): Promise<void> {
    return this.over.promise;
  }

  open(): Promise<void> {
    this.context.host.spawn("open-exclusively", () => this.keepTrying());
    return Promise.resolve();
  }

  answer(operation: ClientOperation): Promise<ClientReply> {
    const { opened } = this;
    if (opened !== undefined) return opened.answer(operation);
    return Promise.resolve(failed("locked", `${this.context.host.name} cannot open the database: another node has it`));
  }

  answerPeer(): Promise<PeerReply> {
    return Promise.resolve({ kind: "refused", code: "no-primary", message: `${this.context.host.name} is a replica` });
  }

  /** Before it has tried, and once it was refused, it is there to be asked all the same: a client finds out. */
  state(): NodeState {
    const opened = this.opened !== undefined;
    return { ready: !this.trying, role: "replica", fields: { opened } };
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.opened?.close();
  }

  private async keepTrying(): Promise<void> {
    const { host, settings } = this.context;
    await host.clock.sleep(settings.openAfter);
    this.trying = true;
    while (!this.closed) {
      if (await this.isThere()) {
        try {
          const primary = new Primary(this.context, this.notices, undefined);
          await primary.open();
          this.opened = primary;
          this.trying = false;
          host.trace({ kind: "opened-exclusively" });
          return;
        } catch (error) {
          if (!(error instanceof DatabaseLockedError)) throw error;
          this.trying = false;
          host.trace({ kind: "lock-refused" });
        }
      }
      await host.clock.sleep(OPEN_RETRY);
    }
  }

  /** Whether the primary has made the database: a replica makes none of its own. */
  private async isThere(): Promise<boolean> {
    try {
      await this.context.fs.stat(`${DATABASE_DIRECTORY}/CURRENT`);
      return true;
    } catch (error) {
      if (!isFileSystemError(error, "ENOENT") && !isFileSystemError(error, "ESTALE")) throw error;
      return false;
    }
  }
}
