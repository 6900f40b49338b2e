import type { Host } from "../host/host.ts";
import type { ClientOperation } from "./operation.ts";
import {
  CLIENT_PORT,
  ClientProtocol,
  ProtocolError,
  type ClientReply,
  type ClientRequest,
  type RequestTerms,
} from "./protocol.ts";

/** What decoding, looking up and encoding take besides the engine's own work, in nanoseconds. */
const REQUEST_COST = 5_000;

/** Answers clients on the client port until the node is told to stop. */
export async function serveClients(
  host: Host,
  answer: (operation: ClientOperation, terms: RequestTerms) => Promise<ClientReply>,
): Promise<void> {
  const protocol = new ClientProtocol();
  const service = host.net.serve(CLIENT_PORT, async (bytes) => {
    await host.cpu(REQUEST_COST);
    let request: ClientRequest;
    try {
      request = protocol.decodeRequest(bytes);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      return protocol.encode({ ok: false, outcome: "failed", code: "bad-request", message: error.message });
    }
    return protocol.encode(await answer(request.operation, request.terms));
  });
  await host.stop.whenRequested;
  service.close();
}
