import { Codec, CodecError } from "../host/codec.ts";
import { decodeOperation, type OperationFields } from "./decode-operation.ts";
import type { ClientOperation, DataValue } from "./operation.ts";

/** The port on which every node answers its clients. */
export const CLIENT_PORT = 7000;

/** What a node answers. */
export type ClientReply =
  | { readonly ok: true; readonly value: DataValue; readonly position: number | null }
  /** "failed" is certain: nothing happened. "unknown": it may have, or may yet. */
  | { readonly ok: false; readonly outcome: "failed" | "unknown"; readonly code: string; readonly message: string };

/** Bytes that are no message of this protocol. */
export class ProtocolError extends Error {
  override readonly name = "ProtocolError";
}

/** Messages between clients and nodes, as bytes. One instance for each host: its codec keeps buffers. */
export class ClientProtocol {
  private readonly codec = new Codec();

  encode(message: ClientOperation | ClientReply): Uint8Array {
    return this.codec.encode(message);
  }

  /** @throws ProtocolError when the bytes are no operation */
  decodeRequest(bytes: Uint8Array): ClientOperation {
    const fields = this.fields(bytes, "request");
    const operation = decodeOperation(fields);
    if (operation !== undefined) return operation;
    const { op } = fields;
    const what = typeof op === "string" ? `'${op.slice(0, 20)}'` : typeof op;
    throw new ProtocolError(`no operation that clients can ask for, or not whole or too large: op ${what}`);
  }

  /** @throws ProtocolError when the bytes are no reply */
  decodeReply(bytes: Uint8Array): ClientReply {
    const { ok, value, position, outcome, code, message } = this.fields(bytes, "reply");
    if (ok === true && isData(value) && (position === null || typeof position === "number")) {
      return { ok, value, position };
    }
    const certain = outcome === "failed" || outcome === "unknown";
    if (ok === false && certain && typeof code === "string" && typeof message === "string") {
      return { ok, outcome, code, message };
    }
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

/** Whether a decoded value is plain data without bytes in it. */
function isData(value: unknown): value is DataValue {
  if (value === null || typeof value === "boolean" || typeof value === "number" || typeof value === "string")
    return true;
  if (typeof value !== "object" || value instanceof Uint8Array) return false;
  return Object.values(value).every(isData);
}

interface MessageFields extends OperationFields {
  readonly ok?: unknown;
  readonly position?: unknown;
  readonly outcome?: unknown;
  readonly code?: unknown;
  readonly message?: unknown;
}
