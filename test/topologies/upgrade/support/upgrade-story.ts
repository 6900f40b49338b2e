import { MILLISECOND, SECOND } from "../../../../host/time.ts";
import type { ClientOperation } from "../../../../topologies/operation.ts";
import { CLIENT_PORT, ClientProtocol, type ClientReply, type RequestTerms } from "../../../../topologies/protocol.ts";
import type { Topology } from "../../../../topologies/topology.ts";
import { ControlCaller, type ControlRequest, type Standing } from "../../../../topologies/upgrade/control-protocol.ts";
import type { Foundation } from "../../../../topologies/upgrade/foundation.ts";
import { levelOf } from "../../../../topologies/upgrade/level.ts";
import { NODE_SENTENCES, type Sentences } from "../../wal-stream/support/sentences.ts";
import { Story, type StoryOptions } from "../../wal-stream/support/story.ts";

const { "epoch-began": _epochBegan, "full-sync-began": _fullSyncBegan, ...COMMON } = NODE_SENTENCES;

/** Without who is elected, and without members' names: both are drawn. */
const SENTENCES: Sentences = {
  ...COMMON,
  "node-frozen": () => `takes no changes any more`,
  "node-sealed": ({ epoch, lsn }) => `is bound to begin Raft behind ${epoch}/${lsn}`,
  "protocol-changed": ({ joins }) => (joins === true ? `goes over to Raft, without its data` : `goes over to Raft`),
  "step-failed": ({ step, reason }) => `cannot ${step}: ${String(reason).replace(/:.*/, "")}`,
  "disk-was-lost": () => `comes as a new member`,
  "node-joined": () => `has a vote again`,
};

const NODES = ["node-1", "node-2", "node-3"] as const;

/** A story of nodes that go over from WAL streaming to Raft, all at once or step by step. */
export class UpgradeStory extends Story {
  private readonly protocol = new ClientProtocol();

  constructor(topology: Topology, options: StoryOptions = {}) {
    super(topology, { sentences: SENTENCES, ...options });
  }

  /** What nodes say of themselves. */
  standings(): Promise<Standing[]> {
    return new ControlCaller(this.host).standings(NODES);
  }

  /** What all hold, once they are frozen. @throws Error when they do not come to hold the same */
  async levelled(): Promise<Foundation> {
    for (let round = 0; round < 1000; round++) {
      const foundation = levelOf(await this.standings(), NODES);
      if (foundation !== undefined) return foundation;
      await this.sleep(1);
    }
    throw new Error("the nodes are not level");
  }

  /** Asks nodes for one step, as a person's tool does. */
  async ask(request: Exclude<ControlRequest, { ask: "status" }>, ...nodes: readonly string[]): Promise<void> {
    const caller = new ControlCaller(this.host);
    for (const node of nodes) {
      this.say(`${request.ask} ${node}`);
      const answer = await caller.command(node, request, 5 * SECOND);
      if (answer?.done !== true) this.say(`  -> ${answer?.code ?? "no answer"}`);
    }
  }

  /** Freezes all, and seals some of them. */
  async prepare(...sealed: readonly string[]): Promise<Foundation> {
    await this.ask({ ask: "freeze" }, ...NODES);
    const foundation = await this.levelled();
    await this.ask({ ask: "seal", foundation }, ...sealed);
    return foundation;
  }

  /** A read as a client would send it, to one node. */
  async request(node: string, operation: ClientOperation, terms: RequestTerms): Promise<ClientReply> {
    const bytes = this.protocol.encodeRequest(operation, terms);
    const endpoint = { host: node, port: CLIENT_PORT };
    return this.protocol.decodeReply(await this.host.net.request(endpoint, bytes, { deadline: 3000 * MILLISECOND }));
  }
}
