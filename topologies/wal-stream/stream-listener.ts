import { isNetworkError } from "../../host/network-error.ts";
import type { Connection, Listener } from "../../host/network.ts";
import { acceptConnections } from "../accept-connections.ts";
import { FrameError } from "./frames.ts";
import type { NodeContext } from "./node-context.ts";
import type { Primary } from "./primary.ts";
import { decodeMessage, encodeMessage, STREAM_PORT, type ReceivedMessage } from "./stream-protocol.ts";

/** A node as replicas find it. */
export interface StreamingNode {
  readonly context: NodeContext;
  /** Undefined while the node is none. */
  readonly primary: Primary | undefined;
}

/** Accepts replicas' connections, and hands each to the primary once it has introduced itself. Until closed. */
export function acceptStreams(node: StreamingNode): Listener {
  const { host } = node.context;
  return acceptConnections(host, STREAM_PORT, "accept replicas", (connection) => {
    host.spawn(`stream to ${connection.peer.host}`, () => greet(node, connection));
  });
}

async function greet(node: StreamingNode, connection: Connection): Promise<void> {
  const { host, nodes, metadata, frames } = node.context;
  const refuse = async (code: string, reason: string): Promise<void> => {
    host.trace({ kind: "replica-refused", replica: connection.peer.host, code, reason });
    await connection.send(encodeMessage(frames, metadata.current?.cluster ?? 0, { kind: "refused", code, reason }));
    connection.close();
  };
  try {
    const bytes = await connection.receive();
    if (bytes === undefined) {
      connection.close();
      return;
    }
    const { cluster, message }: ReceivedMessage = decodeMessage(bytes);
    const { primary } = node;
    if (message.kind !== "hello") throw new FrameError("foreign", `a frame '${message.kind}' before any introduction`);
    if (primary === undefined) return await refuse("not-primary", `${host.name} is not the primary`);
    // Of no cluster is who has no data; with the data of another it must not be overwritten either.
    if (cluster !== 0 && cluster !== primary.cluster) {
      return await refuse(
        "foreign-cluster",
        `${message.node} belongs to cluster ${cluster}, not to ${primary.cluster}`,
      );
    }
    if (message.node === host.name || !nodes.includes(message.node)) {
      return await refuse("unknown-node", `${message.node} is no replica of this cluster`);
    }
    await primary.accept(connection, message);
  } catch (error) {
    connection.reset();
    if (error instanceof FrameError) {
      const from = connection.peer.host;
      host.trace({ kind: "frame-refused", from, fault: error.fault, reason: error.message });
    } else if (!isNetworkError(error)) {
      throw error;
    }
  }
}
