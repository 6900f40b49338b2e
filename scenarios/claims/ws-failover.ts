import { SECOND } from "../../host/time.ts";
import { condition, type Claim, type Observation } from "./claim.ts";

const ASYNC = "wal-stream:async";
const SEMI = "wal-stream:semi";
const FULL = "wal-stream:full";
const ASYNC_TO_RAFT = "upgrade:async";
const SEMI_TO_RAFT = "upgrade:semi";
const SEEDS = 20;

/** So few writes that an operator would enter them anew by hand. */
const LITTLE = 10;
/** What is answered of what is asked while something is wrong, so that users would hardly tell. */
const HIGH = { is: "at-least", than: { value: 0.95 } } as const;

/** What users sit through who ask a second time when the first was not answered: clients wait five seconds for an answer. */
const RIDDEN_OUT = 10 * SECOND;

/** That nobody writes again by themselves. */
function unattended(topology: string): Observation {
  return {
    condition: condition("unattended", { topology }),
    scenario: "primary-lost-unattended",
    topology,
    seeds: SEEDS,
    measure: { of: "metric", metric: "failovers-missed", take: "shown" },
    threshold: { is: "at-least", than: { value: 1 } },
  };
}

/** That nobody writes again before a person has reacted. */
function attended(seconds: number): Observation {
  return {
    condition: condition("attended", { seconds }),
    scenario: `primary-lost-${seconds}s`,
    topology: ASYNC,
    seeds: SEEDS,
    measure: { of: "metric", metric: "failover-time", take: "least" },
    threshold: { is: "at-least", than: { value: seconds * SECOND } },
  };
}

/** How much is gone after a failover. */
function loss(load: string): Observation {
  return {
    condition: condition(`loss-${load}`),
    scenario: `failover-loss-${load}`,
    topology: ASYNC,
    seeds: SEEDS,
    measure: { of: "metric", metric: "lost-writes", take: "mean" },
    threshold: { is: "at-most", than: { value: LITTLE } },
  };
}

/** What share is answered while something is wrong. */
function answered(name: string, scenario: string, topology: string, what: "read" | "write"): Observation {
  return {
    condition: condition(name),
    scenario,
    topology,
    seeds: SEEDS,
    measure: { of: "ratio", ratio: `${what}-availability-in-faults` },
    threshold: HIGH,
  };
}

/** That a cluster is taken to Raft with its data: how long nobody can write meanwhile, and whether anything is gone. */
function upgrade(name: string, scenario: string, topology: string): Observation[] {
  const common = { scenario, topology, seeds: SEEDS };
  return [
    {
      ...common,
      condition: condition(`${name}-downtime`),
      measure: { of: "metric", metric: "write-outage", take: "greatest" },
      threshold: { is: "at-most", than: { value: RIDDEN_OUT } },
    },
    {
      ...common,
      condition: condition(`${name}-loss`),
      measure: { of: "metric", metric: "lost-writes", take: "total" },
      threshold: { is: "at-most", than: { value: 0 } },
    },
  ];
}

/** Claims of the document on what becomes of WAL streaming when machines fail. */
export const walStreamFailoverClaims: readonly Claim[] = [
  {
    id: "WS-6",
    words: "需要手动故障转移",
    literature: "confirmed",
    expected: "confirmed",
    observations: [unattended(ASYNC), unattended(SEMI), attended(1), attended(10)],
  },
  {
    id: "WS-7",
    words: "可能丢失少量数据",
    literature: "qualified",
    expected: "qualified",
    observations: [
      loss("calm"),
      loss("busy"),
      loss("calm-cut-off"),
      loss("busy-cut-off"),
      {
        condition: condition("loss-at-all"),
        scenario: "failover-loss-busy-cut-off",
        topology: ASYNC,
        seeds: SEEDS,
        measure: { of: "metric", metric: "lost-writes", take: "shown" },
        baseline: { topology: SEMI },
        threshold: { is: "above", than: { times: 1 } },
      },
    ],
  },
  {
    id: "WS-10",
    words: "可用性 ✅ 高",
    literature: "qualified",
    expected: "qualified",
    observations: [
      answered("reads-unattended", "primary-lost-unattended", ASYNC, "read"),
      answered("writes-unattended", "primary-lost-unattended", ASYNC, "write"),
      answered("writes-attended", "primary-lost-1s", ASYNC, "write"),
      answered("writes-replica-lost-async", "replica-lost", ASYNC, "write"),
      answered("writes-replica-lost-semi", "replica-lost", SEMI, "write"),
      answered("writes-replica-lost-full", "replica-lost", FULL, "write"),
    ],
  },
  {
    id: "WS-11",
    words: "满足大部分需求；先实现WAL流复制，有需要再升级到Raft",
    expected: "qualified",
    observations: [
      answered("need-reads", "primary-lost-1s", ASYNC, "read"),
      {
        condition: condition("need-durable"),
        scenario: "failover-loss-busy-cut-off",
        topology: SEMI,
        seeds: SEEDS,
        measure: { of: "metric", metric: "lost-writes", take: "total" },
        threshold: { is: "at-most", than: { value: 0 } },
      },
      answered("need-failover", "primary-lost-unattended", SEMI, "write"),
      ...upgrade("upgrade", "upgrade-to-raft", ASYNC_TO_RAFT),
      ...upgrade("upgrade-struck", "upgrade-to-raft-struck", SEMI_TO_RAFT),
    ],
  },
];
