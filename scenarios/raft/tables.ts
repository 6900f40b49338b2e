import { metricColumns, ratioColumn, type TableDefinition } from "../comparison-table.ts";
import { COST_PROFILES, replicationCostOn } from "../wal-stream/replication-cost.ts";
import { LEADER_CUTS, leaderCutBy, LOSSES, lostOf } from "./lost-nodes.ts";
import { NODE_COUNTS, writeScalingOf } from "./write-scaling.ts";

const READ_INDEX = ["raft:read-index"] as const;

/** What writes cost beside other designs, how long nobody can write whoever is lost, and what more nodes bring. */
export const raftTables: readonly TableDefinition[] = [
  ...COST_PROFILES.map((profile): TableDefinition => ({
    title: { id: "table-replication-cost", params: profile },
    scenario: replicationCostOn(profile),
    topologies: ["single", "wal-stream:async", "raft:read-index"],
    measures: [
      ...metricColumns("write-latency", "p50", "p99"),
      ratioColumn("write-throughput"),
      ...metricColumns("replica-read-latency", "p50", "p99"),
      ratioColumn("network-bytes-per-write"),
      ratioColumn("disk-bytes-per-write"),
    ],
  })),
  ...[
    "follower-lost",
    "leader-lost",
    ...LEADER_CUTS.map(leaderCutBy),
    "follower-bridge",
    "nodes-apart",
    ...LOSSES.map(([lost, nodes]) => lostOf(lost, nodes)),
  ].map((scenario): TableDefinition => ({
    title: { id: "table-nodes-lost", params: {} },
    scenario,
    topologies: READ_INDEX,
    measures: [
      ...metricColumns("failover-time", "p50", "greatest"),
      ...metricColumns("write-outage", "p50", "greatest"),
      ratioColumn("read-availability-in-faults"),
      ratioColumn("write-availability-in-faults"),
    ],
  })),
  ...NODE_COUNTS.map((nodes): TableDefinition => ({
    title: { id: "table-write-scaling", params: { nodes } },
    scenario: writeScalingOf(nodes),
    topologies: READ_INDEX,
    measures: [
      ratioColumn("write-throughput"),
      ...metricColumns("write-latency", "p50", "p99"),
      ratioColumn("network-bytes-per-write"),
    ],
  })),
];
