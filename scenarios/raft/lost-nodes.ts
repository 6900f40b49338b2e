import { SECOND } from "../../host/time.ts";
import { FOR_GOOD, type Fault, type FaultSubject, type PartitionShape } from "../faults/fault.ts";
import type { Scenario } from "../scenario.ts";
import { hold } from "../foreseen.ts";
import { machines } from "../machines.ts";
import { READS_ALONE, WRITES_ALONE, registerClients } from "../workloads/register.ts";

/** How a leader may lose touch with others, although each is up. */
export const LEADER_CUTS = ["isolate", "incoming", "outgoing", "halves"] as const satisfies PartitionShape[];

/** Clusters of which nodes are lost: how many of how many. */
export const LOSSES = [
  [1, 3],
  [1, 4],
  [2, 4],
  [2, 5],
] as const;

export function lostOf(lost: number, nodes: number): string {
  return `nodes-lost-${lost}-of-${nodes}`;
}

export function leaderCutBy(shape: PartitionShape): string {
  return `leader-cut-${shape}`;
}

interface LossOptions {
  readonly name: string;
  readonly summary: string;
  readonly nodes: number;
  readonly claims: readonly string[];
  /** Of the subject; its choice among several is drawn. */
  readonly on: Pick<FaultSubject, "role" | "count">;
  /** What befalls it; undefined: it is down, killed or without power. */
  readonly fault?: Fault;
}

/** Something of a cluster is gone for as long as clients ask, and nobody does anything about it. */
export const lostNodes: readonly Scenario[] = [
  lossOf({
    name: "follower-lost",
    summary: "one follower of three nodes is lost for good",
    nodes: 3,
    claims: ["RA-4"],
    on: { role: "replica" },
  }),
  lossOf({
    name: "leader-lost",
    summary: "the leader of three nodes is lost for good",
    nodes: 3,
    claims: ["RA-3", "RA-4"],
    on: { role: "leader" },
  }),
  ...LEADER_CUTS.map((shape) =>
    lossOf({
      name: leaderCutBy(shape),
      summary: `a leader of five nodes is cut off for good (${shape})`,
      nodes: 5,
      claims: ["RA-3", "RA-4"],
      on: { role: "leader" },
      fault: { kind: "partition", shape },
    }),
  ),
  lossOf({
    name: "follower-bridge",
    summary: "five nodes in two sides that see each other only through a follower, for good",
    nodes: 5,
    claims: ["RA-4"],
    on: { role: "replica" },
    fault: { kind: "partition", shape: "bridge" },
  }),
  lossOf({
    name: "nodes-apart",
    summary: "three nodes are up, and none of them reaches another, for good; clients reach all",
    nodes: 3,
    claims: ["RA-4"],
    on: { role: "node" },
    fault: { kind: "partition", shape: "ring" },
  }),
  ...LOSSES.map(([lost, nodes]) =>
    lossOf({
      name: lostOf(lost, nodes),
      summary: `${lost} of ${nodes} nodes, whichever, ${lost === 1 ? "is" : "are"} lost for good`,
      nodes,
      claims: ["RA-10"],
      on: { role: "node", count: lost },
    }),
  ),
];

function lossOf({ name, summary, nodes, claims, on, fault }: LossOptions): Scenario {
  return {
    name,
    summary,
    claims,
    expectations: new Map(hold("raft:read-index")),

    plan(random) {
      const limits = random("limits");
      const faults = random("faults");
      const common = { keys: 8, pause: [0, 3 * SECOND], bytes: [100, 200], readFrom: "primary" } as const;
      return {
        cluster: { replicas: nodes - 1, engine: {} },
        ...machines(limits.pick(["nvme", "ssd"]), limits.pick(["rack", "region"])),
        clients: [
          ...registerClients(random("writers"), {
            ...common,
            name: "writer",
            clients: 12,
            steps: 15,
            weights: WRITES_ALONE,
          }),
          ...registerClients(random("readers"), {
            ...common,
            name: "reader",
            clients: 6,
            steps: 15,
            weights: READS_ALONE,
          }),
        ],
        faults: [
          {
            at: faults.between(SECOND, 2 * SECOND),
            lasts: FOR_GOOD,
            duringWrite: false,
            on: { ...on, choice: faults.below(60) },
            fault: fault ?? { kind: faults.pick(["kill", "power-loss"] as const) },
          },
        ],
        healing: { after: 60 * SECOND, core: 0 },
        limit: 300 * SECOND,
      };
    },
  };
}
