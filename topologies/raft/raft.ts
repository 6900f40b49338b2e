import type { Host } from "../../host/host.ts";
import { SECOND } from "../../host/time.ts";
import { contentsAgree } from "../replication/contents-agree.ts";
import { bearingLostDisks, nodeNames, onLocalDisks, surveyed } from "../replication/local-disks.ts";
import { holding } from "../roles.ts";
import type { ClusterConfig, ModePromise, ReplicaReport, Topology } from "../topology.ts";
import { complexityOf } from "./complexity.ts";
import { ControlCaller } from "./control-protocol.ts";
import { raftInvariants } from "./invariants.ts";
import { electorates, majorities } from "./majorities.ts";
import { RaftNode } from "./node.ts";
import { raftActions } from "./operator.ts";
import { defaultRaftParts, type RaftParts } from "./parts.ts";
import { RaftClient } from "./raft-client.ts";
import type { ModeSettings } from "./settings.ts";

/** Reading all that a node holds may take long. */
const SURVEY_DEADLINE = 5 * SECOND;
/** 50 election time-outs: a majority that is connected elects, after what came before has died down. */
const PROGRESS = 20 * SECOND;
const CONVERGENCE = 30 * SECOND;

/**
 * Fewer than half of the voters may lose their disks, or have bits rot on them: whoever finds out comes back as a new member,
 * which replaces the former.
 * Clocks may drift by 10 % either way, which is within what leases are computed for.
 */
const FAULT_MODEL = bearingLostDisks("minority", "bit-rot");

/** What a mode is made of. */
interface Mode {
  readonly id: string;
  readonly summary: string;
  readonly settings: ModeSettings;
  readonly promises: readonly ModePromise[];
  readonly parts?: RaftParts;
}

const LIVENESS: readonly ModePromise[] = [
  { property: "converges", within: CONVERGENCE },
  { property: "progress", within: PROGRESS },
];

const CAREFUL: readonly ModePromise[] = [
  { property: "values-written" },
  { property: "linearizable" },
  { property: "durable" },
  { property: "session-reads" },
  { property: "fresh-as-asked" },
  ...LIVENESS,
];

/** Makes a mode of Raft: nodes with disks of their own agree on a log, and each applies it. */
export function raft({ id, summary, settings, promises, parts = defaultRaftParts }: Mode): Topology {
  return {
    id,
    summary,
    promises,
    faultModel: FAULT_MODEL,
    roles: [
      // Plans that know no leader mean whoever takes changes.
      { role: "primary", holders: (nodes) => holding(nodes, "leader"), whenVacant: "nobody" },
      { role: "leader", holders: (nodes) => holding(nodes, "leader"), whenVacant: "nobody" },
      { role: "replica", holders: (nodes) => holding(nodes, "replica"), whenVacant: "nobody" },
      { role: "disk", holders: () => [], whenVacant: "leader" },
    ],
    invariants: [...raftInvariants, contentsAgree],
    actions: raftActions,
    place: (config) => onLocalDisks(nodeNames(config)),
    cores: majorities,
    electorates,
    startNode: (host, config) => new RaftNode(host, config, settings, parts),
    connect: (host, config) => new RaftClient(host, config, settings),
    survey,
    complexity: complexityOf(settings.reads === "local"),
  };
}

/** What every node holds. */
function survey(host: Host, config: ClusterConfig): Promise<readonly ReplicaReport[]> {
  const caller = new ControlCaller(host, config);
  return surveyed(nodeNames(config), (node) => caller.survey(node, SURVEY_DEADLINE));
}

export const raftReadIndex = raft({
  id: "raft:read-index",
  summary: "Raft; any node reads once a majority has confirmed who leads",
  settings: { reads: "read-index" },
  promises: CAREFUL,
});

export const raftLease = raft({
  id: "raft:lease",
  summary: "Raft; the leader reads by its clock, while no other can have been elected",
  settings: { reads: "lease" },
  promises: CAREFUL,
});

/** Who was replaced and does not know yet answers from what was: reads are in order within a term only. */
export const raftLeader = raft({
  id: "raft:leader",
  summary: "Raft; whoever believes to lead reads, without asking",
  settings: { reads: "leader" },
  promises: [
    { property: "values-written" },
    { property: "linearizable", between: "failovers" },
    { property: "durable" },
    ...LIVENESS,
  ],
});

/** As the document has it: `get` reads the local storage of any node, and `put` answers after `propose`. */
export const raftAsWritten = raft({
  id: "raft:as-written",
  summary: "Raft; any node reads what it has, and a write is answered once proposed (the proposal as written)",
  settings: { reads: "local", answerAfterPropose: true },
  promises: [{ property: "values-written" }, { property: "linearizable" }, { property: "durable" }, ...LIVENESS],
});
