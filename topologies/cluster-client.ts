import type { Host } from "../host/host.ts";
import { isNetworkError } from "../host/network-error.ts";
import { SECOND, type Duration } from "../host/time.ts";
import type { ClientOperation } from "./operation.ts";
import { CLIENT_PORT, ClientProtocol, type RequestTerms } from "./protocol.ts";
import { OperationError, type Answer } from "./topology.ts";

/** How long a client waits for an answer before it gives the operation up as unknown. */
export const REQUEST_DEADLINE: Duration = 5 * SECOND;

/** Sends a client's requests to nodes, and tells what became of each. Never retries: whether that is safe is for a design to say. */
export class NodeCaller {
  private readonly host: Host;
  private readonly protocol = new ClientProtocol();

  constructor(host: Host) {
    this.host = host;
  }

  /**
   * @param deadline how long to wait for the answer
   * @throws OperationError "failed" when the node refused or was never reached, "unknown" when no answer came
   */
  async execute(
    node: string,
    operation: ClientOperation,
    terms: RequestTerms = {},
    deadline: Duration = REQUEST_DEADLINE,
  ): Promise<Answer> {
    const { host, protocol } = this;
    let bytes: Uint8Array;
    try {
      const endpoint = { host: node, port: CLIENT_PORT };
      bytes = await host.net.request(endpoint, protocol.encodeRequest(operation, terms), { deadline });
    } catch (error) {
      if (isNetworkError(error, "ECONNREFUSED") || isNetworkError(error, "EHOSTUNREACH")) {
        throw new OperationError("failed", "unreachable", error.message);
      }
      if (isNetworkError(error, "ETIMEDOUT")) throw new OperationError("unknown", "timeout", error.message);
      if (isNetworkError(error)) throw new OperationError("unknown", "connection-lost", error.message);
      throw error;
    }
    const reply = protocol.decodeReply(bytes);
    if (!reply.ok) throw new OperationError(reply.outcome, reply.code, reply.message, node, reply.primary);
    return { value: reply.value, node, position: reply.position ?? undefined };
  }
}
