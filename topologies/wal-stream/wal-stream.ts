import type { Host } from "../../host/host.ts";
import { SECOND } from "../../host/time.ts";
import { contentsAgree } from "../replication/contents-agree.ts";
import { bearingLostDisks, nodeNames, onLocalDisks, surveyed } from "../replication/local-disks.ts";
import { holding } from "../roles.ts";
import { RoutedClient } from "../routed-client.ts";
import {
  type ClusterConfig,
  type FaultModel,
  type ModePromise,
  type OperatorAction,
  type ReplicaReport,
  type Topology,
} from "../topology.ts";
import { complexityOf } from "./complexity.ts";
import { ControlCaller } from "./control-protocol.ts";
import { AnyReplica } from "./any-replica.ts";
import type { Failover, FailoverWish } from "./failover.ts";
import { logIsKept, onePrimaryAnEpoch, positionsNeverRegress } from "./invariants.ts";
import { WalStreamNode } from "./node.ts";
import { onCall } from "./on-call.ts";
import { defaultWalStreamParts, type WalStreamParts } from "./parts.ts";
import { settingsOf, type ModeSettings } from "./settings.ts";

/** Reading all that a node holds may take long. */
const SURVEY_DEADLINE = 5 * SECOND;
/** A primary that comes back, or a person who makes another, and replicas that find it. */
const PROGRESS = 30 * SECOND;
const CONVERGENCE = 30 * SECOND;

/** One disk in all may be lost for good: with it, everything that is on no other. */
const FAULT_MODEL = bearingLostDisks(1);

/** What a mode is made of. */
interface Mode {
  readonly id: string;
  readonly summary: string;
  readonly settings: ModeSettings;
  readonly promises: readonly ModePromise[];
  readonly faultModel: FaultModel;
  readonly parts?: WalStreamParts;
}

const LIVENESS: readonly ModePromise[] = [
  { property: "converges", within: CONVERGENCE },
  { property: "progress", within: PROGRESS },
];

const READS: readonly ModePromise[] = [
  { property: "values-written" },
  { property: "linearizable", of: "primary", between: "failovers" },
  { property: "session-reads" },
  { property: "fresh-as-asked" },
];

/** Makes a mode of WAL streaming: a primary, and replicas on disks of their own that apply its log. */
export function walStream({
  id,
  summary,
  settings,
  promises,
  faultModel,
  parts = defaultWalStreamParts,
}: Mode): Topology {
  const hands = (host: Host, config: ClusterConfig): Failover =>
    new parts.Failover(host, config, settingsOf(config, settings).sync);
  const action = (name: string, description: string, wish: (subject: string) => FailoverWish): OperatorAction => ({
    name,
    description,
    run: async (host, config, subject) => {
      await hands(host, config).run(wish(subject));
    },
  });
  return {
    id,
    summary,
    promises,
    faultModel,
    roles: [
      { role: "primary", holders: (nodes) => holding(nodes, "primary"), whenVacant: "nobody" },
      { role: "replica", holders: (nodes) => holding(nodes, "replica"), whenVacant: "nobody" },
      { role: "disk", holders: () => [], whenVacant: "primary" },
    ],
    invariants: [positionsNeverRegress, contentsAgree, onePrimaryAnEpoch, logIsKept],
    actions: [
      action("promote", "makes a replica the primary, if it is the most advanced", (subject) => ({ subject })),
      action("promote-anyway", "makes a replica the primary, though others have more: that is lost", (subject) => ({
        subject,
        forced: true,
      })),
      action("failover", "makes the most advanced of the others the primary", (without) => ({ without })),
      {
        name: "resync",
        description: "makes a replica copy all data anew",
        run: (host, config, subject) => hands(host, config).resync(subject),
      },
    ],
    complexity: complexityOf(settings.asWritten === true),
    place: (config) => onLocalDisks(nodeNames(config)),
    cores: (config) => [nodeNames(config)],
    startNode: (host, config) => new WalStreamNode(host, config, settings, parts),
    connect: (host, config) => new RoutedClient(host, nodeNames(config)),
    onCall: (host, config, how) => onCall(host, hands(host, config), how),
    survey,
  };
}

/** What every node holds. */
function survey(host: Host, config: ClusterConfig): Promise<readonly ReplicaReport[]> {
  const caller = new ControlCaller(host);
  return surveyed(nodeNames(config), (node) => caller.survey(node, SURVEY_DEADLINE));
}

export const walStreamAsync = walStream({
  id: "wal-stream:async",
  summary: "a primary streams its log to replicas, and waits for none of them",
  settings: { sync: "async" },
  promises: [...READS, { property: "durable", except: "unreplicated-tail" }, ...LIVENESS],
  faultModel: FAULT_MODEL,
});

export const walStreamSemi = walStream({
  id: "wal-stream:semi",
  summary: "a primary streams its log, and publishes a change once a replica has it too",
  settings: { sync: "semi" },
  promises: [...READS, { property: "durable", sync: "semi" }, ...LIVENESS],
  faultModel: FAULT_MODEL,
});

export const walStreamFull = walStream({
  id: "wal-stream:full",
  summary: "a primary streams its log, and publishes a change once every replica has it too",
  settings: { sync: "full" },
  promises: [...READS, { property: "durable", sync: "full" }, ...LIVENESS],
  faultModel: FAULT_MODEL,
});

/** The document says that failover is manual, and nothing of how. */
const PARTS_AS_WRITTEN: WalStreamParts = { ...defaultWalStreamParts, Failover: AnyReplica };

/** As the document has it: a change is visible at once, and its client waits for one replica ("平衡"). */
export const walStreamSemiAsWritten = walStream({
  id: "wal-stream:semi:as-written",
  summary: "a change is written locally, seen by all, and then waits for a replica (the proposal as written)",
  settings: { sync: "semi", asWritten: true },
  promises: [
    { property: "values-written" },
    { property: "linearizable", of: "primary", between: "failovers" },
    { property: "durable" },
    ...LIVENESS,
  ],
  faultModel: FAULT_MODEL,
  parts: PARTS_AS_WRITTEN,
});

/** As the document has it: a change is visible at once, and its client waits for all replicas ("强一致，慢"). */
export const walStreamFullAsWritten = walStream({
  id: "wal-stream:full:as-written",
  summary: "a change is written locally, seen by all, and then waits for every replica (the proposal as written)",
  settings: { sync: "full", asWritten: true },
  promises: [{ property: "values-written" }, { property: "linearizable" }, { property: "durable" }, ...LIVENESS],
  faultModel: FAULT_MODEL,
  parts: PARTS_AS_WRITTEN,
});
