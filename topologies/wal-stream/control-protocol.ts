import type { Host } from "../../host/host.ts";
import { MILLISECOND, type Duration } from "../../host/time.ts";
import { askNode, type ControlFields, ControlMessages } from "../replication/control-messages.ts";
import type { SurveyAnswer } from "../replication/local-disks.ts";
import { isNatural } from "../protocol.ts";

/** The port on which nodes answer one another, and whoever operates the cluster. */
export const CONTROL_PORT = 7101;
/** How long an answer is waited for that takes no more than a look. */
export const STATUS_DEADLINE: Duration = 300 * MILLISECOND;

/** What a node says of itself. */
export interface NodeStatus {
  readonly node: string;
  /** 0 when it belongs to none yet: its disk is empty. */
  readonly cluster: number;
  readonly role: "primary" | "replica" | "none";
  /** The one that it leads, or follows. */
  readonly epoch: number;
  readonly promised: number;
  /** The last entry of its log; all of it is durable. */
  readonly lastEpoch: number;
  readonly lastLsn: number;
  /** Whether it holds data of one moment that may be used. */
  readonly whole: boolean;
  /** Whether all data is being copied to it. */
  readonly copying: boolean;
  /** Whether clients may use it as what it is. */
  readonly serving: boolean;
}

export type ControlRequest =
  | { readonly ask: "status" }
  /** Follow no primary of an earlier epoch than that, which begins a round, and be none; let `by` make this node primary. */
  | { readonly ask: "promise"; readonly epoch: number; readonly by: string }
  /** Be primary, in your epoch of the round that was promised. */
  | { readonly ask: "promote"; readonly promised: number; readonly by: string }
  /** Copy all data anew. */
  | { readonly ask: "resync" }
  /** Read all that you hold. */
  | { readonly ask: "survey" };

/** Whether what was asked for was done, and why not. */
export interface ControlAnswer {
  readonly done: boolean;
  readonly code: string;
  readonly reason: string;
  readonly status: NodeStatus;
}

/** Encodes and decodes what nodes and operators ask; one instance a host. */
export class ControlProtocol extends ControlMessages {
  encode(message: ControlRequest | ControlAnswer | NodeStatus | SurveyAnswer): Uint8Array {
    return this.codec.encode(message);
  }

  /** @returns undefined when the bytes are no request */
  decodeRequest(bytes: Uint8Array): ControlRequest | undefined {
    const { ask, epoch, promised, by } = this.fields(bytes);
    switch (ask) {
      case "status":
      case "resync":
      case "survey":
        return { ask };
      case "promise":
        return isNatural(epoch) && typeof by === "string" ? { ask, epoch, by } : undefined;
      case "promote":
        return isNatural(promised) && typeof by === "string" ? { ask, promised, by } : undefined;
      default:
        return undefined;
    }
  }

  /** @returns undefined when the bytes are no status */
  decodeStatus(bytes: Uint8Array): NodeStatus | undefined {
    return statusOf(this.fields(bytes));
  }

  /** @returns undefined when the bytes are no answer */
  decodeAnswer(bytes: Uint8Array): ControlAnswer | undefined {
    const { done, code, reason, status } = this.fields(bytes);
    const told = typeof status === "object" && status !== null ? statusOf(status) : undefined;
    if (typeof done !== "boolean" || typeof code !== "string" || typeof reason !== "string" || told === undefined) {
      return undefined;
    }
    return { done, code, reason, status: told };
  }
}

/** Asks nodes. An answer that does not come, or is none, is undefined: nothing is known of what became of the request. */
export class ControlCaller {
  private readonly host: Host;
  private readonly protocol = new ControlProtocol();

  constructor(host: Host) {
    this.host = host;
  }

  async status(node: string): Promise<NodeStatus | undefined> {
    const bytes = await this.ask(node, { ask: "status" }, STATUS_DEADLINE);
    return bytes === undefined ? undefined : this.protocol.decodeStatus(bytes);
  }

  /** Of all that answer. */
  async statuses(nodes: readonly string[]): Promise<NodeStatus[]> {
    const answers = await Promise.all(nodes.map((node) => this.status(node)));
    return answers.filter((answer) => answer !== undefined);
  }

  async command(node: string, request: ControlRequest, deadline: Duration): Promise<ControlAnswer | undefined> {
    const bytes = await this.ask(node, request, deadline);
    return bytes === undefined ? undefined : this.protocol.decodeAnswer(bytes);
  }

  async survey(node: string, deadline: Duration): Promise<SurveyAnswer | undefined> {
    const bytes = await this.ask(node, { ask: "survey" }, deadline);
    return bytes === undefined ? undefined : this.protocol.decodeSurvey(bytes);
  }

  private ask(node: string, request: ControlRequest, deadline: Duration): Promise<Uint8Array | undefined> {
    return askNode(this.host, node, CONTROL_PORT, this.protocol.encode(request), deadline);
  }
}

function statusOf(fields: object): NodeStatus | undefined {
  const { node, cluster, role, epoch, promised, lastEpoch, lastLsn, whole, copying, serving } = fields as ControlFields;
  const sound =
    typeof node === "string" &&
    isNatural(cluster) &&
    (role === "primary" || role === "replica" || role === "none") &&
    isNatural(epoch) &&
    isNatural(promised) &&
    isNatural(lastEpoch) &&
    isNatural(lastLsn) &&
    typeof whole === "boolean" &&
    typeof copying === "boolean" &&
    typeof serving === "boolean";
  return sound ? { node, cluster, role, epoch, promised, lastEpoch, lastLsn, whole, copying, serving } : undefined;
}
