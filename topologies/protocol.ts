import { Codec, CodecError } from "../host/codec.ts";
import { decodeOperation, type OperationFields } from "./decode-operation.ts";
import type { Duration } from "../host/time.ts";
import type { ClientOperation, DataValue } from "./operation.ts";
import type { SyncMode } from "./topology.ts";

/** The port on which every node answers its clients. */
export const CLIENT_PORT = 7000;

/** What a client asks for beside the operation itself. */
export interface RequestTerms {
  /** A read must reflect all writes up to this position. */
  readonly atLeast?: number;
  /**
   * And up to these, of earlier epochs, the highest of each: that a later position is there says nothing of them, as a failover may
   * have left them behind.
   */
  readonly earlier?: readonly number[];
  /** A read must not be staler than so many nanoseconds. */
  readonly staleness?: Duration;
  /** Whose acknowledgement a change waits for. */
  readonly sync?: SyncMode;
  /** A read must be answered by the primary, or refused. */
  readonly fromPrimary?: boolean;
  /** The session that a change belongs to, so that it is carried out once however often it is sent; 0 asks for a new one. */
  readonly session?: number;
  /** Which change of the session it is: 1 for the first. */
  readonly sequence?: number;
  /** Changes of the session below this one are waited for no more. */
  readonly received?: number;
  /** A node that cannot answer by itself asks the one that can, as the client could not. */
  readonly relay?: boolean;
}

/** What a node answers. */
export type ClientReply =
  | { readonly ok: true; readonly value: DataValue; readonly position: number | null }
  | {
      readonly ok: false;
      /** "failed" is certain: nothing happened. "unknown": it may have, or may yet. */
      readonly outcome: "failed" | "unknown";
      readonly code: string;
      readonly message: string;
      /** Who takes changes, as far as this node knows. */
      readonly primary?: string | undefined;
    };

/** What a client asks a node. */
export interface ClientRequest {
  readonly operation: ClientOperation;
  readonly terms: RequestTerms;
}

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

  encodeRequest(operation: ClientOperation, terms: RequestTerms): Uint8Array {
    return this.codec.encode({ ...operation, ...terms });
  }

  /** @throws ProtocolError when the bytes are no request */
  decodeRequest(bytes: Uint8Array): ClientRequest {
    const fields = this.fields(bytes, "request");
    const operation = decodeOperation(fields);
    if (operation !== undefined) return { operation, terms: termsOf(fields) };
    const { op } = fields;
    const what = typeof op === "string" ? `'${op.slice(0, 20)}'` : typeof op;
    throw new ProtocolError(`no operation that clients can ask for, or not whole or too large: op ${what}`);
  }

  /** @throws ProtocolError when the bytes are no reply */
  decodeReply(bytes: Uint8Array): ClientReply {
    const { ok, value, position, outcome, code, message, primary } = this.fields(bytes, "reply");
    if (ok === true && isData(value) && (position === null || typeof position === "number")) {
      return { ok, value, position };
    }
    const certain = outcome === "failed" || outcome === "unknown";
    if (ok === false && certain && typeof code === "string" && typeof message === "string") {
      return typeof primary === "string" ? { ok, outcome, code, message, primary } : { ok, outcome, code, message };
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

/** @throws ProtocolError for terms that make no sense: going on without them would promise less than was asked for */
function termsOf(fields: MessageFields): RequestTerms {
  const { atLeast, earlier, staleness, sync, fromPrimary, session, sequence, received, relay } = fields;
  if (atLeast !== undefined && !isNatural(atLeast)) throw new ProtocolError("atLeast is no position");
  if (earlier !== undefined && !(Array.isArray(earlier) && earlier.every(isNatural))) {
    throw new ProtocolError("earlier are no positions");
  }
  if (staleness !== undefined && !isNatural(staleness)) throw new ProtocolError("staleness is no duration");
  if (sync !== undefined && sync !== "async" && sync !== "semi" && sync !== "full") {
    throw new ProtocolError("sync is neither async nor semi nor full");
  }
  if (fromPrimary !== undefined && typeof fromPrimary !== "boolean") {
    throw new ProtocolError("fromPrimary is neither true nor false");
  }
  for (const number of [session, sequence, received]) {
    if (number !== undefined && !isNatural(number))
      throw new ProtocolError("session, sequence or received is no number");
  }
  if (relay !== undefined && typeof relay !== "boolean") throw new ProtocolError("relay is neither true nor false");
  return {
    ...(atLeast === undefined ? {} : { atLeast }),
    ...(earlier === undefined ? {} : { earlier }),
    ...(staleness === undefined ? {} : { staleness }),
    ...(sync === undefined ? {} : { sync }),
    ...(fromPrimary === undefined ? {} : { fromPrimary }),
    ...(session === undefined ? {} : { session: session as number }),
    ...(sequence === undefined ? {} : { sequence: sequence as number }),
    ...(received === undefined ? {} : { received: received as number }),
    ...(relay === undefined ? {} : { relay }),
  };
}

/** Whether a decoded value is a whole number that is exact, and not negative. */
export function isNatural(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
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
  readonly primary?: unknown;
  readonly atLeast?: unknown;
  readonly earlier?: unknown;
  readonly staleness?: unknown;
  readonly sync?: unknown;
  readonly fromPrimary?: unknown;
  readonly session?: unknown;
  readonly sequence?: unknown;
  readonly received?: unknown;
  readonly relay?: unknown;
}
