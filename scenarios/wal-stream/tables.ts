import type { Measure } from "../claims/measure.ts";
import type { TableDefinition } from "../comparison-table.ts";
import { failoverLoss } from "./failover-loss.ts";
import { CAREFUL } from "./foreseen.ts";
import { primaryLostScenarios } from "./primary-lost.ts";
import { COST_PROFILES, replicationCostOn } from "./replication-cost.ts";
import { replicationLag } from "./replication-lag.ts";
import { upgradeToRaft, UPGRADES } from "./upgrade-to-raft.ts";

const of = (metric: string, ...takes: readonly Extract<Measure, { of: "metric" }>["take"][]): Measure[] =>
  takes.map((take) => ({ of: "metric", metric, take }));

const ratio = (name: string): Measure => ({ of: "ratio", ratio: name });

/** What writes cost, what is old, what is lost and how long nobody can write: by mode, on each kind of machines or load. */
export const walStreamTables: readonly TableDefinition[] = [
  ...COST_PROFILES.map((profile): TableDefinition => ({
    title: { id: "table-replication-cost", params: profile },
    scenario: replicationCostOn(profile),
    topologies: ["single", ...CAREFUL],
    measures: [
      ...of("write-latency", "p50", "p99"),
      ratio("write-throughput"),
      ...of("replica-read-latency", "p50", "p99"),
      ratio("network-bytes-per-write"),
      ratio("disk-bytes-per-write"),
    ],
  })),
  ...replicationLag.map(({ name }): TableDefinition => ({
    title: { id: "table-replication-lag", params: {} },
    scenario: name,
    topologies: CAREFUL,
    measures: [
      ratio("stale-replica-read-share"),
      ...of("replica-staleness", "p50", "p99", "greatest"),
      ...of("replica-versions-behind", "greatest"),
      ...of("convergence-time", "greatest"),
    ],
  })),
  ...failoverLoss.map(({ name }): TableDefinition => ({
    title: { id: "table-failover-loss", params: {} },
    scenario: name,
    topologies: CAREFUL,
    measures: [...of("lost-writes", "shown", "mean", "greatest"), ...of("lost-span", "greatest")],
  })),
  ...primaryLostScenarios.map(({ name }): TableDefinition => ({
    title: { id: "table-primary-lost", params: {} },
    scenario: name,
    topologies: CAREFUL,
    measures: [
      ...of("failovers-missed", "shown"),
      ...of("failover-time", "least", "p50", "p90", "greatest"),
      ratio("read-availability-in-faults"),
      ratio("write-availability-in-faults"),
      ...of("operator-steps", "mean"),
    ],
  })),
  ...upgradeToRaft.map(({ name }): TableDefinition => ({
    title: { id: "table-upgrade", params: {} },
    scenario: name,
    topologies: UPGRADES,
    measures: [
      ...of("upgrade-time", "p50", "greatest"),
      ...of("write-outage", "p50", "greatest"),
      ...of("read-outage", "p50", "greatest"),
      ...of("lost-writes", "total"),
      ...of("operator-steps", "mean"),
    ],
  })),
];
