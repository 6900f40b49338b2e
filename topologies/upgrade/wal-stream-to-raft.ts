import type { Host } from "../../host/host.ts";
import { SECOND } from "../../host/time.ts";
import type { TraceEvent } from "../../host/trace.ts";
import { LAST_EPOCH, positionOf } from "../position.ts";
import { ControlCaller as RaftCaller } from "../raft/control-protocol.ts";
import { raftInvariants } from "../raft/invariants.ts";
import { raftReadIndex } from "../raft/raft.ts";
import { bearingLostDisks, nodeNames, type SurveyAnswer, surveyed } from "../replication/local-disks.ts";
import { holding } from "../roles.ts";
import type {
  ClusterConfig,
  NodeState,
  OperatorAction,
  ReplicaReport,
  StepInvariant,
  SyncMode,
  Topology,
} from "../topology.ts";
import { ControlCaller as StreamCaller } from "../wal-stream/control-protocol.ts";
import { walStreamAsync, walStreamSemi } from "../wal-stream/wal-stream.ts";
import { UpgradableNode } from "./node.ts";
import { onCall } from "./on-call.ts";
import { defaultUpgradeParts, type UpgradeParts } from "./parts.ts";
import { Upgrade } from "./upgrade.ts";

/** Reading all that a node holds may take long. */
const SURVEY_DEADLINE = 5 * SECOND;

/** One disk in all may be lost for good: what WAL streaming bears, and Raft as well from three nodes on. */
const FAULT_MODEL = bearingLostDisks(1);

/** No change is taken in two ways at a time: once a node runs Raft, no primary takes any. */
const oneProtocolTakesChanges: StepInvariant = {
  name: "one-protocol-takes-changes",
  watch: () => ({
    check(nodes: ReadonlyMap<string, NodeState>): TraceEvent | undefined {
      let raft: string | undefined;
      let primary: string | undefined;
      for (const [host, { ready, role, fields }] of nodes) {
        if (fields["protocol"] === "raft") raft ??= host;
        else if (ready && role === "primary" && fields["frozen"] === false) primary ??= host;
      }
      if (raft === undefined || primary === undefined) return undefined;
      return { kind: "invariant-two-protocols", host: primary, other: raft };
    },
  }),
};

/** What a mode is made of. */
interface Mode {
  readonly id: string;
  readonly summary: string;
  readonly sync: SyncMode;
  /** The mode of WAL streaming that it begins as, and whose promises hold all along. */
  readonly begins: Topology;
  readonly parts?: UpgradeParts;
}

/** Makes a topology that begins as WAL streaming, until a person lets it go over to Raft. */
export function walStreamToRaft({ id, summary, sync, begins, parts = defaultUpgradeParts }: Mode): Topology {
  const modes = { stream: { sync }, raft: { reads: "read-index" } } as const;
  const hands = (host: Host, config: ClusterConfig): Upgrade => new Upgrade(host, config, sync);
  const upgrade: OperatorAction = {
    name: "upgrade-to-raft",
    description: "takes the cluster from WAL streaming to Raft, with its data; may be run again until it is done",
    run: (host, config) => hands(host, config).run(),
  };
  return {
    id,
    summary,
    promises: begins.promises,
    faultModel: FAULT_MODEL,
    roles: [
      { role: "primary", holders: leading, whenVacant: "nobody" },
      { role: "leader", holders: (nodes) => holding(nodes, "leader"), whenVacant: "primary" },
      { role: "replica", holders: (nodes) => holding(nodes, "replica"), whenVacant: "nobody" },
      { role: "disk", holders: () => [], whenVacant: "primary" },
    ],
    // Each looks at what only the nodes of one protocol say of themselves, or at what both do.
    invariants: [...begins.invariants, ...raftInvariants, oneProtocolTakesChanges],
    actions: [...begins.actions, upgrade, ...raftReadIndex.actions.filter(({ name }) => name === "transfer-leader")],
    place: (config) => begins.place(config),
    cores: (config, nodes, damaged) => begins.cores(config, nodes, damaged),
    startNode: (host, config) => new UpgradableNode(host, config, modes, parts),
    connect: (host, config) => begins.connect(host, config),
    onCall: (host, config, how) =>
      onCall(host, hands(host, config), new parts.walStream.Failover(host, config, sync), how),
    survey,
  };
}

/** Whoever takes changes, as what it is called in either protocol. */
function leading(nodes: ReadonlyMap<string, NodeState>): string[] {
  return [...holding(nodes, "primary"), ...holding(nodes, "leader")].sort();
}

/** What every node holds, whichever protocol it runs. */
function survey(host: Host, config: ClusterConfig): Promise<readonly ReplicaReport[]> {
  const [raft, stream] = [new RaftCaller(host, config), new StreamCaller(host)];
  return surveyed(nodeNames(config), async (node): Promise<SurveyAnswer | undefined> => {
    const answer = await raft.survey(node, SURVEY_DEADLINE);
    if (answer === undefined) return stream.survey(node, SURVEY_DEADLINE);
    return answer.busy ? answer : { ...answer, position: positionOf(LAST_EPOCH, answer.position) };
  });
}

export const asyncToRaft = walStreamToRaft({
  id: "upgrade:async",
  summary: "WAL streaming that waits for no replica, and becomes Raft when a person says so",
  sync: "async",
  begins: walStreamAsync,
});

export const semiToRaft = walStreamToRaft({
  id: "upgrade:semi",
  summary: "WAL streaming that waits for one replica, and becomes Raft when a person says so",
  sync: "semi",
  begins: walStreamSemi,
});
