import { COST_PROFILES, replicationCostOn } from "../wal-stream/replication-cost.ts";
import { readScalingOf } from "../wal-stream/read-scaling.ts";
import { condition, type Claim, type Observation } from "./claim.ts";

const ASYNC = "wal-stream:async";
const SEMI = "wal-stream:semi";
const FULL = "wal-stream:full";
const SINGLE = { topology: "single" } as const;
const COST_SEEDS = 12;

/** A latency that an eye would take for the same. */
const AS_LOW = { is: "at-most", than: { times: 1.25 } } as const;
/** The same of the slowest writes, on which chance has more hold. */
const AS_LOW_AT_WORST = { is: "at-most", than: { times: 1.5 } } as const;
/** A latency that an eye would tell apart. */
const HIGHER = { is: "at-least", than: { times: 1.5 } } as const;

/** What a write costs on each kind of machines. */
const latencies: readonly Observation[] = COST_PROFILES.flatMap((profile) =>
  (["p50", "p99"] as const).map((take): Observation => ({
    condition: condition("machines", profile),
    scenario: replicationCostOn(profile),
    topology: ASYNC,
    seeds: COST_SEEDS,
    measure: { of: "metric", metric: "write-latency", take },
    baseline: SINGLE,
    threshold: take === "p50" ? AS_LOW : AS_LOW_AT_WORST,
  })),
);

/** Of changes that asked for a level in a scenario, how long they took. */
function chosen(name: string, scenario: string, topology: string, level: string): Omit<Observation, "threshold"> {
  return {
    condition: condition(name),
    scenario,
    topology,
    seeds: 20,
    measure: { of: "metric", metric: `write-latency/${level}`, take: "p50" },
    baseline: SINGLE,
  };
}

/** That no change which asked for a level is gone after a failover. */
function kept(level: string): Observation {
  return {
    condition: condition(`chosen-${level}-failover`),
    scenario: "chosen-sync-failover",
    topology: ASYNC,
    seeds: 30,
    measure: { of: "metric", metric: `lost-writes/${level}`, take: "total" },
    threshold: { is: "at-most", than: { value: 0 } },
  };
}

/**
 * What so many replicas answer, against what one does. Two that share nothing would answer twice as much, and four four times: to
 * scale is taken to be four fifths of the one and three fourths of the other, since the more there are, the longer the last of
 * them reads alone.
 */
function scaling(replicas: number, times: number): Observation {
  return {
    condition: condition("replicas", { replicas }),
    scenario: readScalingOf(replicas),
    topology: ASYNC,
    seeds: 6,
    measure: { of: "ratio", ratio: "read-throughput" },
    baseline: { topology: ASYNC, scenario: readScalingOf(1) },
    threshold: { is: "at-least", than: { times } },
  };
}

/** That so many replicas answer hardly anything that is old: what scales are else not the reads that one node answers. */
function fresh(replicas: number): Observation {
  return {
    condition: condition("replicas-fresh", { replicas }),
    scenario: readScalingOf(replicas),
    topology: ASYNC,
    seeds: 6,
    measure: { of: "ratio", ratio: "stale-replica-read-share" },
    threshold: { is: "at-most", than: { value: 0.05 } },
  };
}

/** That replicas answer with what is old. */
function lag(load: string): Observation {
  return {
    condition: condition(`lag-${load}`),
    scenario: `replication-lag-${load}`,
    topology: ASYNC,
    seeds: 20,
    measure: { of: "ratio", ratio: "stale-replica-read-share" },
    baseline: SINGLE,
    threshold: { is: "above", than: { times: 1 } },
  };
}

/** That all nodes come to hold the same once nobody writes. */
function convergence(load: string): Observation {
  return {
    condition: condition(`lag-${load}`),
    scenario: `replication-lag-${load}`,
    topology: ASYNC,
    seeds: 20,
    measure: { of: "metric", metric: "convergence-time", take: "greatest" },
    threshold: { is: "at-most", than: { value: 5_000_000_000 } },
  };
}

/** Claims of the document on what WAL streaming costs and gives while nothing fails. */
export const walStreamReplicationClaims: readonly Claim[] = [
  { id: "WS-1", words: "写入延迟低", literature: "confirmed", expected: "confirmed", observations: latencies },
  {
    id: "WS-2",
    words: "实现相对简单",
    literature: "qualified",
    // Simpler than Raft with the same. But a node by itself has next to nothing to count, so that even what is drawn is more than
    // three times as much.
    expected: "qualified",
    observations: [
      {
        condition: condition("as-drawn"),
        scenario: "stale-promotion",
        topology: "wal-stream:semi:as-written",
        seeds: 1,
        measure: { of: "metric", metric: "design-parts", take: "greatest" },
        baseline: SINGLE,
        threshold: { is: "at-most", than: { times: 3 } },
      },
      {
        condition: condition("with-what-failures-ask-for"),
        scenario: "stale-promotion",
        topology: ASYNC,
        seeds: 1,
        measure: { of: "metric", metric: "design-parts", take: "greatest" },
        baseline: { topology: "wal-stream:semi:as-written" },
        threshold: { is: "at-most", than: { times: 2 } },
      },
      {
        condition: condition("against-raft"),
        scenario: "failover",
        topology: ASYNC,
        seeds: 1,
        measure: { of: "metric", metric: "design-parts", take: "greatest" },
        baseline: { topology: "raft:read-index" },
        threshold: { is: "below", than: { times: 1 } },
      },
    ],
  },
  {
    id: "WS-3",
    words: "可配置同步/异步",
    literature: "confirmed",
    // What is visible is a prefix of the log, so that a write behind one that waits for replicas waits as well.
    expected: "qualified",
    observations: [
      { ...chosen("chosen-semi-alone", "chosen-sync", ASYNC, "semi"), threshold: HIGHER },
      { ...chosen("chosen-full-alone", "chosen-sync", ASYNC, "full"), threshold: HIGHER },
      { ...chosen("chosen-async-alone", "chosen-sync", FULL, "async"), threshold: AS_LOW },
      { ...chosen("chosen-async-crowd", "chosen-sync-crowd", FULL, "async"), threshold: AS_LOW },
      kept("semi"),
      kept("full"),
    ],
  },
  {
    id: "WS-4",
    words: "可横向扩展读能力",
    literature: "confirmed",
    expected: "confirmed",
    observations: [scaling(2, 1.6), scaling(4, 3), fresh(4)],
  },
  {
    id: "WS-5",
    words: "最终一致性（有复制延迟）",
    literature: "confirmed",
    expected: "confirmed",
    observations: [lag("calm"), lag("busy"), lag("cut-off"), convergence("busy"), convergence("cut-off")],
  },
  {
    id: "WS-8",
    words: "至少1个从节点确认（平衡）",
    literature: "qualified",
    expected: "qualified",
    observations: [
      {
        condition: condition("semi-price"),
        scenario: replicationCostOn({ network: "region", disk: "ssd" }),
        topology: SEMI,
        seeds: COST_SEEDS,
        measure: { of: "metric", metric: "write-latency", take: "p50" },
        baseline: { topology: FULL },
        threshold: { is: "below", than: { times: 1 } },
      },
      {
        condition: condition("semi-most-advanced"),
        scenario: "failover-loss-busy-cut-off",
        topology: SEMI,
        seeds: 20,
        measure: { of: "metric", metric: "lost-writes", take: "total" },
        baseline: { topology: ASYNC },
        threshold: { is: "at-most", than: { value: 0 } },
      },
      {
        condition: condition("semi-any-replica"),
        scenario: "stale-promotion",
        topology: "wal-stream:semi:as-written",
        seeds: 30,
        measure: { of: "metric", metric: "lost-writes", take: "total" },
        baseline: { topology: SEMI },
        threshold: { is: "at-most", than: { value: 0 } },
      },
      {
        condition: condition("semi-early-reads"),
        scenario: "early-reads",
        topology: "wal-stream:semi:as-written",
        seeds: 30,
        measure: { of: "metric", metric: "dirty-reads", take: "total" },
        baseline: { topology: SEMI },
        threshold: { is: "at-most", than: { value: 0 } },
      },
      {
        condition: condition("semi-careful"),
        scenario: "early-reads",
        topology: SEMI,
        seeds: 30,
        measure: { of: "metric", metric: "dirty-reads", take: "total" },
        threshold: { is: "at-most", than: { value: 0 } },
      },
    ],
  },
  {
    id: "WS-9",
    words: "所有从节点确认（强一致，慢）",
    literature: "qualified",
    expected: "qualified",
    observations: [
      {
        condition: condition("full-replica-reads"),
        scenario: "full-replica-reads",
        topology: "wal-stream:full:as-written",
        seeds: 30,
        measure: { of: "finding", finding: "nonlinearizable" },
        threshold: { is: "at-most", than: { value: 0 } },
      },
      {
        condition: condition("full-early-reads"),
        scenario: "early-reads",
        topology: "wal-stream:full:as-written",
        seeds: 30,
        measure: { of: "finding", finding: "nonlinearizable" },
        threshold: { is: "at-most", than: { value: 0 } },
      },
      {
        condition: condition("full-careful-replica-reads"),
        scenario: "full-replica-reads",
        topology: FULL,
        seeds: 30,
        measure: { of: "ratio", ratio: "stale-replica-read-share" },
        threshold: { is: "at-most", than: { value: 0 } },
      },
      {
        condition: condition("full-careful-primary-reads"),
        scenario: "early-reads",
        topology: FULL,
        seeds: 30,
        measure: { of: "metric", metric: "dirty-reads", take: "total" },
        threshold: { is: "at-most", than: { value: 0 } },
      },
      ...COST_PROFILES.map((profile): Observation => ({
        condition: condition("slow-machines", profile),
        scenario: replicationCostOn(profile),
        topology: FULL,
        seeds: COST_SEEDS,
        measure: { of: "metric", metric: "write-latency", take: "p50" },
        baseline: { topology: ASYNC },
        threshold: HIGHER,
      })),
    ],
  },
];
