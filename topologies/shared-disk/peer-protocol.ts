import { Codec, CodecError } from "../../host/codec.ts";
import { ProtocolError } from "../protocol.ts";
import type { PinStatement } from "./pin-table.ts";

/** The port on which nodes answer each other and the person who operates them. */
export const PEER_PORT = 7001;
/** The port to which notices of changes are sent, as datagrams. */
export const NOTICE_PORT = 7002;

/** What nodes and operators ask a node. */
export type PeerRequest =
  /** How it stands. */
  | { readonly kind: "status" }
  /** A person's wish that it become the primary. */
  | { readonly kind: "promote" }
  /** A replica's statement of what it reads. */
  | { readonly kind: "pin"; readonly epoch: number; readonly statement: PinStatement };

/** How a node stands. */
export interface NodeStatus {
  readonly role: "primary" | "replica" | "none";
  readonly ready: boolean;
  readonly epoch: number;
}

export type PeerReply =
  | { readonly kind: "status"; readonly status: NodeStatus }
  | { readonly kind: "done" }
  | { readonly kind: "pinned"; readonly missing: readonly number[] }
  | { readonly kind: "refused"; readonly code: string; readonly message: string };

/** What a notice says: that there is something new in an epoch. */
export interface Notice {
  readonly epoch: number;
  readonly version: number;
  readonly sequence: number;
}

/** Messages between nodes, as bytes. One instance for each host: its codec keeps buffers. */
export class PeerProtocol {
  private readonly codec = new Codec();

  encode(message: PeerRequest | PeerReply | Notice): Uint8Array {
    return this.codec.encode(message);
  }

  /** @throws ProtocolError when the bytes are no request */
  decodeRequest(bytes: Uint8Array): PeerRequest {
    const { kind, epoch, statement } = this.fields(bytes);
    if (kind === "status" || kind === "promote") return { kind };
    if (kind === "pin" && isNumber(epoch) && isStatement(statement)) return { kind, epoch, statement };
    throw new ProtocolError("not a request between nodes");
  }

  /** @throws ProtocolError when the bytes are no reply */
  decodeReply(bytes: Uint8Array): PeerReply {
    const { kind, status, missing, code, message } = this.fields(bytes);
    if (kind === "done") return { kind };
    if (kind === "status" && isStatus(status)) return { kind, status };
    if (kind === "pinned" && isNumbers(missing)) return { kind, missing };
    if (kind === "refused" && typeof code === "string" && typeof message === "string") return { kind, code, message };
    throw new ProtocolError("not a reply between nodes");
  }

  /** @throws ProtocolError when the bytes are no notice */
  decodeNotice(bytes: Uint8Array): Notice {
    const { epoch, version, sequence } = this.fields(bytes);
    if (isNumber(epoch) && isNumber(version) && isNumber(sequence)) return { epoch, version, sequence };
    throw new ProtocolError("not a notice");
  }

  private fields(bytes: Uint8Array): Readonly<Record<string, unknown>> {
    let message: unknown;
    try {
      message = this.codec.decode(bytes);
    } catch (error) {
      if (error instanceof CodecError) throw new ProtocolError(`undecodable message: ${error.message}`);
      throw error;
    }
    if (!isMap(message)) throw new ProtocolError("a message must be a map");
    return message;
  }
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function isNumbers(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every(isNumber);
}

function isStatement(value: unknown): value is PinStatement {
  return isMap(value) && typeof value["holder"] === "string" && isNumber(value["number"]) && isNumbers(value["tables"]);
}

function isStatus(value: unknown): value is NodeStatus {
  if (!isMap(value)) return false;
  const { role, ready, epoch } = value;
  return (role === "primary" || role === "replica" || role === "none") && typeof ready === "boolean" && isNumber(epoch);
}
