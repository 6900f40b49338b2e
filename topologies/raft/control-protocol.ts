import type { Host } from "../../host/host.ts";
import { MILLISECOND, type Duration } from "../../host/time.ts";
import { askNode, ControlMessages } from "../replication/control-messages.ts";
import type { SurveyAnswer } from "../replication/local-disks.ts";
import type { ClusterConfig } from "../topology.ts";
import { clusterOf } from "./members.ts";

/** The port on which nodes answer one another beside the protocol itself, and whoever operates the cluster. */
export const CONTROL_PORT = 7202;
/** Raised when what a message means changes. */
const VERSION = 1;
/** How long an answer is waited for that takes no more than a look. */
const STATUS_DEADLINE: Duration = 300 * MILLISECOND;

/** What a node says of itself. */
export interface NodeStatus {
  readonly cluster: string;
  /** "empty": it knows of no cluster; "founding": it has not voted yet; "formed": others may have. */
  readonly phase: "empty" | "founding" | "formed";
  /** As whom it votes; "" for nobody. */
  readonly member: string;
  readonly leads: boolean;
  /** The host of the leader, as far as it knows; "" for nobody. */
  readonly leader: string;
  /** Whether it belongs to no cluster, and waits to be added to this one. */
  readonly spare: boolean;
  /** The hosts of all members, as far as it knows. */
  readonly members: readonly string[];
}

export type ControlRequest =
  | { readonly ask: "status" }
  /** Bring a member that was added, or comes in the place of those that were on its host, a step nearer to being a voter. */
  | { readonly ask: "join"; readonly member: string }
  /** Take a member in, of a host that has none. */
  | { readonly ask: "add"; readonly member: string }
  /** Let all members on a host go. */
  | { readonly ask: "remove"; readonly host: string }
  /** Hand the leadership over to the member on a host. */
  | { readonly ask: "transfer"; readonly to: string }
  /** Read all that you hold. */
  | { readonly ask: "survey" };

/** Whether what was asked for was done, and why not. */
export interface ControlAnswer {
  readonly done: boolean;
  /** Of a refusal: "not-leader", "catching-up"; of what is not done yet: "under-way"; "" when it was done. */
  readonly code: string;
}

/** Why bytes are no request for this cluster. */
export type RequestProblem = "malformed" | "newer-version" | "other-cluster" | "unknown-kind";

/** Encodes and decodes what nodes and operators ask; one instance a host. */
export class ControlProtocol extends ControlMessages {
  private readonly cluster: string;

  /** @param cluster what messages of this cluster are told apart by */
  constructor(cluster: string) {
    super();
    this.cluster = cluster;
  }

  encode(message: ControlRequest | ControlAnswer | NodeStatus | SurveyAnswer): Uint8Array {
    return this.codec.encode({ ...message, version: VERSION, of: this.cluster });
  }

  decodeRequest(bytes: Uint8Array): ControlRequest | RequestProblem {
    const { version, of, ask, member, host, to } = this.fields(bytes);
    if (typeof version !== "number" || typeof of !== "string") return "malformed";
    if (version !== VERSION) return "newer-version";
    // Its nodes may have the same names.
    if (of !== this.cluster) return "other-cluster";
    switch (ask) {
      case "status":
      case "survey":
        return { ask };
      case "join":
      case "add":
        return typeof member === "string" ? { ask, member } : "malformed";
      case "remove":
        return typeof host === "string" ? { ask, host } : "malformed";
      case "transfer":
        return typeof to === "string" ? { ask, to } : "malformed";
      default:
        return "unknown-kind";
    }
  }

  /** @returns undefined when the bytes are no status */
  decodeStatus(bytes: Uint8Array): NodeStatus | undefined {
    const { cluster, phase, member, leads, leader, spare, members } = this.fields(bytes);
    const sound =
      typeof cluster === "string" &&
      (phase === "empty" || phase === "founding" || phase === "formed") &&
      typeof member === "string" &&
      typeof leads === "boolean" &&
      typeof leader === "string" &&
      typeof spare === "boolean" &&
      Array.isArray(members) &&
      members.every((each) => typeof each === "string");
    return sound ? { cluster, phase, member, leads, leader, spare, members } : undefined;
  }

  /** @returns undefined when the bytes are no answer */
  decodeAnswer(bytes: Uint8Array): ControlAnswer | undefined {
    const { done, code } = this.fields(bytes);
    return typeof done === "boolean" && typeof code === "string" ? { done, code } : undefined;
  }
}

/** Asks nodes. An answer that does not come, or is none, is undefined: nothing is known of what became of the request. */
export class ControlCaller {
  private readonly host: Host;
  private readonly protocol: ControlProtocol;

  constructor(host: Host, config: ClusterConfig) {
    this.host = host;
    this.protocol = new ControlProtocol(clusterOf(config));
  }

  async status(node: string): Promise<NodeStatus | undefined> {
    const bytes = await this.ask(node, { ask: "status" }, STATUS_DEADLINE);
    return bytes === undefined ? undefined : this.protocol.decodeStatus(bytes);
  }

  /** Of all that answer, by node. */
  async statuses(nodes: readonly string[]): Promise<ReadonlyMap<string, NodeStatus>> {
    const answers = await Promise.all(nodes.map((node) => this.status(node)));
    const found = new Map<string, NodeStatus>();
    for (const [at, answer] of answers.entries()) if (answer !== undefined) found.set(nodes[at] as string, answer);
    return found;
  }

  async command(node: string, request: ControlRequest, deadline = STATUS_DEADLINE): Promise<ControlAnswer | undefined> {
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
