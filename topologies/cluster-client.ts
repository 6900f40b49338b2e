import type { Host } from "../host/host.ts";
import { isNetworkError } from "../host/network-error.ts";
import { SECOND, type Duration } from "../host/time.ts";
import { CLIENT_PORT, ClientProtocol, type ClientReply, type ClientRequest } from "./protocol.ts";
import { OperationError, type ReadAnswer, type WriteAnswer } from "./topology.ts";

/** How long a client waits for an answer before it gives the operation up as unknown. */
export const REQUEST_DEADLINE: Duration = 5 * SECOND;

type Change = Extract<ClientRequest, { readonly op: "write" | "delete" }>;

/** Sends a client's requests to nodes, and tells what became of each. Never retries: whether that is safe is for a design to say. */
export class NodeCaller {
  private readonly host: Host;
  private readonly protocol = new ClientProtocol();

  constructor(host: Host) {
    this.host = host;
  }

  /** @throws OperationError "failed" when the node refused or was never reached, "unknown" when no answer came */
  async read(node: string, key: string): Promise<ReadAnswer> {
    const { value, position } = await this.ask(node, { op: "read", key });
    return { value: value ?? undefined, node, position: position ?? undefined };
  }

  /** @throws OperationError as {@link read} */
  async change(node: string, change: Change): Promise<WriteAnswer> {
    const { position } = await this.ask(node, change);
    return { node, position: position ?? undefined };
  }

  private async ask(node: string, request: ClientRequest): Promise<Extract<ClientReply, { readonly ok: true }>> {
    const { host, protocol } = this;
    let bytes: Uint8Array;
    try {
      const endpoint = { host: node, port: CLIENT_PORT };
      bytes = await host.net.request(endpoint, protocol.encode(request), { deadline: REQUEST_DEADLINE });
    } catch (error) {
      if (isNetworkError(error, "ECONNREFUSED") || isNetworkError(error, "EHOSTUNREACH")) {
        throw new OperationError("failed", "unreachable", error.message);
      }
      if (isNetworkError(error, "ETIMEDOUT")) throw new OperationError("unknown", "timeout", error.message);
      if (isNetworkError(error)) throw new OperationError("unknown", "connection-lost", error.message);
      throw error;
    }
    const reply = protocol.decodeReply(bytes);
    if (!reply.ok) throw new OperationError("failed", reply.code, reply.message, node);
    return reply;
  }
}
