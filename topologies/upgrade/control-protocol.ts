import type { Host } from "../../host/host.ts";
import { MILLISECOND, type Duration } from "../../host/time.ts";
import { isNatural } from "../protocol.ts";
import { askNode, type ControlFields, ControlMessages } from "../replication/control-messages.ts";
import type { EpochStart } from "../wal-stream/epoch-history.ts";
import { epochsOf, type Foundation, foundationOf } from "./foundation.ts";

/** The port on which nodes say what they run, and are told to run another. */
export const CONTROL_PORT = 7301;
/** How long an answer is waited for that takes no more than a look. */
const STATUS_DEADLINE: Duration = 300 * MILLISECOND;

/** What a node that streams its log says of its data. */
export interface StreamStanding {
  /** 0 when it belongs to none yet: its disk is empty. */
  readonly cluster: number;
  /** Which copy of the data it has; 0 for none. */
  readonly copy: number;
  /** The epoch that it follows, or leads. */
  readonly epoch: number;
  readonly promised: number;
  readonly lastEpoch: number;
  readonly lastLsn: number;
  /** The last entry that its data has. */
  readonly applied: number;
  /** Of its data; "" when that is not of one moment. */
  readonly digest: string;
  /** Whether it holds data of one moment that may be used, and is not being replaced. */
  readonly whole: boolean;
  readonly epochs: readonly EpochStart[];
}

/** What a node says of itself. */
export interface Standing {
  readonly node: string;
  /** "undecided": its disk is empty, and it has not heard what others run. */
  readonly protocol: "undecided" | "wal-stream" | "raft";
  readonly frozen: boolean;
  /** What it is bound to begin Raft with, or has begun with. */
  readonly foundation: Foundation | undefined;
  /** Whether it takes changes, but for being frozen: it is a primary or a leader that serves. */
  readonly leads: boolean;
  /** Undefined while it does not stream. */
  readonly stream: StreamStanding | undefined;
}

export type ControlRequest =
  | { readonly ask: "status" }
  /** Take no change any more. */
  | { readonly ask: "freeze" }
  /** Bind yourself to begin Raft with that. */
  | { readonly ask: "seal"; readonly foundation: Foundation }
  /**
   * Run Raft from now on, which begins with that. `decided`: somebody runs it already, so that a node that has not the data for it
   * is to join as a new member.
   */
  | { readonly ask: "convert"; readonly foundation: Foundation; readonly decided: boolean };

/** Whether what was asked for was done, and why not. */
export interface ControlAnswer {
  readonly done: boolean;
  /** Of a refusal: "not-level", "sealed-otherwise"; "" when it was done. */
  readonly code: string;
  readonly standing: Standing;
}

/** Encodes and decodes what nodes and operators ask; one instance a host. */
export class ControlProtocol extends ControlMessages {
  encode(message: ControlRequest | ControlAnswer | Standing): Uint8Array {
    return this.codec.encode(message);
  }

  /** @returns undefined when the bytes are no request */
  decodeRequest(bytes: Uint8Array): ControlRequest | undefined {
    const { ask, foundation, decided } = this.fields(bytes);
    const wanted = foundationOf(foundation);
    switch (ask) {
      case "status":
      case "freeze":
        return { ask };
      case "seal":
        return wanted === undefined ? undefined : { ask, foundation: wanted };
      case "convert":
        return wanted === undefined || typeof decided !== "boolean" ? undefined : { ask, foundation: wanted, decided };
      default:
        return undefined;
    }
  }

  /** @returns undefined when the bytes are no standing */
  decodeStanding(bytes: Uint8Array): Standing | undefined {
    return standingOf(this.fields(bytes));
  }

  /** @returns undefined when the bytes are no answer */
  decodeAnswer(bytes: Uint8Array): ControlAnswer | undefined {
    const { done, code, standing } = this.fields(bytes);
    const told = typeof standing === "object" && standing !== null ? standingOf(standing) : undefined;
    return typeof done === "boolean" && typeof code === "string" && told !== undefined
      ? { done, code, standing: told }
      : undefined;
  }
}

/** Asks nodes. An answer that does not come, or is none, is undefined: nothing is known of what became of the request. */
export class ControlCaller {
  private readonly host: Host;
  private readonly protocol = new ControlProtocol();

  constructor(host: Host) {
    this.host = host;
  }

  /** Of all that answer, in their order. */
  async standings(nodes: readonly string[]): Promise<Standing[]> {
    const answers = await Promise.all(
      nodes.map(async (node) => {
        const bytes = await this.ask(node, { ask: "status" }, STATUS_DEADLINE);
        return bytes === undefined ? undefined : this.protocol.decodeStanding(bytes);
      }),
    );
    return answers.filter((answer) => answer !== undefined);
  }

  async command(node: string, request: ControlRequest, deadline: Duration): Promise<ControlAnswer | undefined> {
    const bytes = await this.ask(node, request, deadline);
    return bytes === undefined ? undefined : this.protocol.decodeAnswer(bytes);
  }

  private ask(node: string, request: ControlRequest, deadline: Duration): Promise<Uint8Array | undefined> {
    return askNode(this.host, node, CONTROL_PORT, this.protocol.encode(request), deadline);
  }
}

function standingOf(fields: object): Standing | undefined {
  const { node, protocol, frozen, foundation, leads, stream } = fields as ControlFields;
  const [told, streams] = [foundationOf(foundation), streamOf(stream)];
  const sound =
    typeof node === "string" &&
    (protocol === "undecided" || protocol === "wal-stream" || protocol === "raft") &&
    typeof frozen === "boolean" &&
    typeof leads === "boolean" &&
    (told !== undefined || foundation === undefined) &&
    (streams !== undefined || stream === undefined);
  return sound ? { node, protocol, frozen, foundation: told, leads, stream: streams } : undefined;
}

function streamOf(value: unknown): StreamStanding | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { cluster, copy, epoch, promised, lastEpoch, lastLsn, applied, digest, whole, epochs } = value as ControlFields;
  const starts = epochsOf(epochs);
  const sound =
    isNatural(cluster) &&
    isNatural(copy) &&
    isNatural(epoch) &&
    isNatural(promised) &&
    isNatural(lastEpoch) &&
    isNatural(lastLsn) &&
    isNatural(applied) &&
    typeof digest === "string" &&
    typeof whole === "boolean" &&
    starts !== undefined;
  return sound
    ? { cluster, copy, epoch, promised, lastEpoch, lastLsn, applied, digest, whole, epochs: starts }
    : undefined;
}
