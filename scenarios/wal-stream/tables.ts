import { metricColumns, ratioColumn, type TableDefinition } from "../comparison-table.ts";
import { failoverLoss } from "./failover-loss.ts";
import { CAREFUL } from "./foreseen.ts";
import { primaryLostScenarios } from "./primary-lost.ts";
import { COST_PROFILES, replicationCostOn } from "./replication-cost.ts";
import { replicationLag } from "./replication-lag.ts";
import { upgradeToRaft, UPGRADES } from "./upgrade-to-raft.ts";

/** What writes cost, what is old, what is lost and how long nobody can write: by mode, on each kind of machines or load. */
export const walStreamTables: readonly TableDefinition[] = [
  ...COST_PROFILES.map((profile): TableDefinition => ({
    title: { id: "table-replication-cost", params: profile },
    scenario: replicationCostOn(profile),
    topologies: ["single", ...CAREFUL],
    measures: [
      ...metricColumns("write-latency", "p50", "p99"),
      ratioColumn("write-throughput"),
      ...metricColumns("replica-read-latency", "p50", "p99"),
      ratioColumn("network-bytes-per-write"),
      ratioColumn("disk-bytes-per-write"),
    ],
  })),
  ...replicationLag.map(({ name }): TableDefinition => ({
    title: { id: "table-replication-lag", params: {} },
    scenario: name,
    topologies: CAREFUL,
    measures: [
      ratioColumn("stale-replica-read-share"),
      ...metricColumns("replica-staleness", "p50", "p99", "greatest"),
      ...metricColumns("replica-versions-behind", "greatest"),
      ...metricColumns("convergence-time", "greatest"),
    ],
  })),
  ...failoverLoss.map(({ name }): TableDefinition => ({
    title: { id: "table-failover-loss", params: {} },
    scenario: name,
    topologies: CAREFUL,
    measures: [...metricColumns("lost-writes", "shown", "mean", "greatest"), ...metricColumns("lost-span", "greatest")],
  })),
  ...primaryLostScenarios.map(({ name }): TableDefinition => ({
    title: { id: "table-primary-lost", params: {} },
    scenario: name,
    topologies: CAREFUL,
    measures: [
      ...metricColumns("failovers-missed", "shown"),
      ...metricColumns("failover-time", "least", "p50", "p90", "greatest"),
      ratioColumn("read-availability-in-faults"),
      ratioColumn("write-availability-in-faults"),
      ...metricColumns("operator-steps", "mean"),
    ],
  })),
  ...upgradeToRaft.map(({ name }): TableDefinition => ({
    title: { id: "table-upgrade", params: {} },
    scenario: name,
    topologies: UPGRADES,
    measures: [
      ...metricColumns("upgrade-time", "p50", "greatest"),
      ...metricColumns("write-outage", "p50", "greatest"),
      ...metricColumns("read-outage", "p50", "greatest"),
      ...metricColumns("lost-writes", "total"),
      ...metricColumns("operator-steps", "mean"),
    ],
  })),
];
