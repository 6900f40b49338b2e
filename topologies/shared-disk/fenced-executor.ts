import type { Database } from "../../engine/index.ts";
import type { Host } from "../../host/host.ts";
import { isBlind } from "../effect.ts";
import { isReadOnly, type ClientOperation } from "../operation.ts";
import { OperationExecutor } from "../operation-executor.ts";
import type { ClientReply } from "../protocol.ts";
import { failed, refusalOf } from "../refusal.ts";
import { NOT_PRIMARY } from "../routed-client.ts";
import { DeposedError, type Fence } from "./fence.ts";

/**
 * Carries out operations on a primary that may have been deposed without knowing. A commit asks the fence by itself; what is
 * answered from memory is confirmed after it was read: found to be the primary then, the node was it when it read.
 */
export class FencedExecutor extends OperationExecutor {
  private readonly fence: Fence;

  constructor(host: Host, database: Database, directory: string, fence: Fence) {
    super(host, database, directory);
    this.fence = fence;
  }

  override async execute(operation: ClientOperation): Promise<ClientReply> {
    const reply = await super.execute(operation);
    // A write that reads nothing was committed, or not; either way nothing was seen that may be out of date.
    if (isBlind(operation) || (!reply.ok && reply.outcome === "unknown")) return reply;
    try {
      await this.fence.confirm();
      return reply;
    } catch (error) {
      return unconfirmed(operation, reply, error);
    }
  }
}

function unconfirmed(operation: ClientOperation, reply: ClientReply, error: unknown): ClientReply {
  const deposed = error instanceof DeposedError;
  const refusal = refusalOf(error, "the claim of its epoch");
  if (!deposed && refusal === undefined) throw error;
  const { message } = error as Error;
  // A change may have been committed before the node was deposed: nobody may send it again.
  if (reply.ok && !isReadOnly(operation)) return { ok: false, outcome: "unknown", code: "unconfirmed", message };
  return failed(deposed ? NOT_PRIMARY : "unconfirmed", message);
}
