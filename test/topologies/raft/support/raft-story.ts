import { MILLISECOND } from "../../../../host/time.ts";
import type { ClientOperation } from "../../../../topologies/operation.ts";
import { ClientProtocol, CLIENT_PORT, type ClientReply, type RequestTerms } from "../../../../topologies/protocol.ts";
import type { CoreInspection } from "../../../../topologies/raft/core/inspection.ts";
import type { RaftNodeState } from "../../../../topologies/raft/node.ts";
import type { Topology } from "../../../../topologies/topology.ts";
import type { Sentences } from "../../wal-stream/support/sentences.ts";
import { Story, type StoryOptions } from "../../wal-stream/support/story.ts";

const SENTENCES: Sentences = {
  "became-leader": ({ term, last }) => `leads term ${term}, from ${last} on`,
  "disk-was-lost": () => `has lost its disk, and comes as another`,
  "node-joined": () => `has a vote again`,
  "node-is-spare": () => `belongs to no cluster`,
  "node-removed": () => `was let go, and gives up what it has`,
  "membership-changed": ({ voters, learners }) =>
    `has as voters ${members(voters)}${learners === "" ? "" : `, as learners ${members(learners)}`}`,
  "full-sync-began": ({ replica }) => `copies all to ${members(replica)}`,
  "full-sync-installed": ({ lsn }) => `has all up to ${lsn}`,
  "frame-dropped": ({ from, fault }) => `drops a frame from ${from}: ${fault}`,
  // Without a reason it is the network that has dropped it.
  "message-dropped": ({ from, reason }) =>
    reason === undefined ? undefined : `drops a message from ${members(from)}: ${reason}`,
  "data-damaged": ({ reason }) => `is damaged: ${String(reason).replace(/; .*/, "")}`,
  "control-refused": ({ reason }) => `refuses a request: ${reason}`,
  "node-failed": () => `fails`,
  "disk-full": () => `has no room`,
};

/** Names of members, without what tells a host's one from another. */
function members(names: unknown): string {
  return String(names).replace(/#\S*/g, "#...");
}

/** A story of Raft's nodes: besides what any has, who leads, and requests as they go over the wire. */
export class RaftStory extends Story {
  private readonly protocol = new ClientProtocol();

  constructor(topology: Topology, options: StoryOptions = {}) {
    super(topology, { sentences: SENTENCES, ...options });
  }

  /** Of what is said several times in a row, such as of a message that is tried again, how often is a matter of timing. */
  override async tell(program: (story: this) => Promise<void>): Promise<string> {
    const lines = (await super.tell(program)).split("\n");
    return lines.filter((line, index) => line !== lines[index - 1]).join("\n");
  }

  core(node: string): CoreInspection {
    const core = (this.state(node) as RaftNodeState | undefined)?.core;
    if (core === undefined) throw new Error(`${node} has no core now`);
    return core;
  }

  /** The node that leads in the latest term. @throws Error when none does in time */
  async leader(): Promise<string> {
    await this.until(() => this.leads() !== undefined);
    return this.leads() as string;
  }

  /** The nodes that are up and do not lead, in order. */
  async followers(): Promise<string[]> {
    const leader = await this.leader();
    return [...this.cluster.inspect().keys()].filter((node) => node !== leader).sort();
  }

  /** A request as a client would send it, to one node; undefined when it did not answer. */
  async request(node: string, operation: ClientOperation, terms: RequestTerms): Promise<ClientReply | undefined> {
    const bytes = this.protocol.encodeRequest(operation, terms);
    try {
      const endpoint = { host: node, port: CLIENT_PORT };
      return this.protocol.decodeReply(await this.host.net.request(endpoint, bytes, { deadline: 3000 * MILLISECOND }));
    } catch {
      return undefined;
    }
  }

  private leads(): string | undefined {
    const leaders = [...this.cluster.inspect()]
      .filter(([, { role, ready }]) => role === "leader" && ready)
      .map(([node]) => node);
    return leaders.sort((a, b) => this.core(b).term - this.core(a).term)[0];
  }
}
