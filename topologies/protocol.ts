import { Codec, CodecError } from "../host/codec.ts";

/** The port on which every node answers its clients. */
export const CLIENT_PORT = 7000;

/** What a client asks of a node. */
export type ClientRequest =
  | { readonly op: "read"; readonly key: string }
  | { readonly op: "write"; readonly key: string; readonly value: string }
  | { readonly op: "delete"; readonly key: string };

/** What a node answers. A refusal is certain: nothing happened. */
export type ClientReply =
  | { readonly ok: true; readonly value: string | null; readonly position: number | null }
  | { readonly ok: false; readonly code: string; readonly message: string };

/** Bytes that are no message of this protocol. */
export class ProtocolError extends Error {
  override readonly name = "ProtocolError";
}

/** Messages between clients and nodes, as bytes. One instance for each host: its codec keeps buffers. */
export class ClientProtocol {
  private readonly codec = new Codec();

  encode(message: ClientRequest | ClientReply): Uint8Array {
    return this.codec.encode(message);
  }

  /** @throws ProtocolError when the bytes are no request */
  decodeRequest(bytes: Uint8Array): ClientRequest {
    const { op, key, value } = this.fields(bytes, "request");
    if (typeof key === "string") {
      if (op === "read" || op === "delete") return { op, key };
      if (op === "write" && typeof value === "string") return { op, key, value };
    }
    throw new ProtocolError(`not a client's request: op ${String(op)}`);
  }

  /** @throws ProtocolError when the bytes are no reply */
  decodeReply(bytes: Uint8Array): ClientReply {
    const { ok, value, position, code, message } = this.fields(bytes, "reply");
    const valued = value === null || typeof value === "string";
    if (ok === true && valued && (position === null || typeof position === "number")) return { ok, value, position };
    if (ok === false && typeof code === "string" && typeof message === "string") return { ok, code, message };
    throw new ProtocolError("not a reply to a client");
  }

  private fields(bytes: Uint8Array, what: string): MessageFields {
    let message: unknown;
    try {
      message = this.codec.decode(bytes);
    } catch (error) {
      if (error instanceof CodecError) throw new ProtocolError(`undecodable ${what}: ${error.message}`);
      throw error;
    }
    if (typeof message !== "object" || message === null) throw new ProtocolError(`a ${what} must be a map`);
    return message;
  }
}

interface MessageFields {
  readonly op?: unknown;
  readonly key?: unknown;
  readonly value?: unknown;
  readonly ok?: unknown;
  readonly position?: unknown;
  readonly code?: unknown;
  readonly message?: unknown;
}
