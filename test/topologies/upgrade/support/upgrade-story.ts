import type { Topology } from "../../../../topologies/topology.ts";
import { NODE_SENTENCES, type Sentences } from "../../wal-stream/support/sentences.ts";
import { Story, type StoryOptions } from "../../wal-stream/support/story.ts";

const SENTENCES: Sentences = {
  ...NODE_SENTENCES,
  "node-frozen": () => `takes no changes any more`,
  "node-sealed": ({ epoch, lsn }) => `is bound to begin Raft behind ${epoch}/${lsn}`,
  "protocol-changed": ({ joins }) => (joins === true ? `goes over to Raft, without its data` : `goes over to Raft`),
  "became-leader": () => `leads`,
  "disk-was-lost": () => `comes as a new member`,
  "node-joined": () => `has a vote again`,
};

/** A story of nodes that go over from WAL streaming to Raft. */
export class UpgradeStory extends Story {
  constructor(topology: Topology, options: StoryOptions = {}) {
    super(topology, { sentences: SENTENCES, ...options });
  }

  /** What a node runs, as it says itself. */
  protocol(node: string): unknown {
    return this.state(node)?.fields["protocol"];
  }
}
