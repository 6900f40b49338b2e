import { SECOND } from "../../host/time.ts";
import { LEADER_CUTS, leaderCutBy, lostOf } from "../raft/lost-nodes.ts";
import { writeScalingOf } from "../raft/write-scaling.ts";
import { readScalingOf } from "../wal-stream/read-scaling.ts";
import { COST_PROFILES, replicationCostOn } from "../wal-stream/replication-cost.ts";
import { condition, type Claim, type Observation } from "./claim.ts";
import type { FindingKind } from "../scenario.ts";

const READ_INDEX = "raft:read-index";
const AS_WRITTEN = "raft:as-written";
const WAL_STREAM = "wal-stream:async";
const SEEDS = 20;
const COST_SEEDS = 12;

const NOTHING = { is: "at-most", than: { value: 0 } } as const;
/** What is answered of what is asked while something is wrong, so that users would hardly tell. */
const HIGH = { is: "at-least", than: { value: 0.95 } } as const;
/** A dozen election time-outs: who takes longer has not taken over by itself in any time that users would wait. */
const SOON = { is: "at-most", than: { value: 5 * SECOND } } as const;
/** A latency that an eye would tell apart. */
const HIGHER = { is: "at-least", than: { times: 1.5 } } as const;

/** That a finding of the shared disk is not seen. */
function absent(scenario: string, finding: FindingKind): Observation {
  return {
    condition: condition(`absent-${finding}`),
    scenario,
    topology: READ_INDEX,
    seeds: 50,
    measure: { of: "finding", finding },
    threshold: NOTHING,
  };
}

/** That reads of any node are linearizable while nothing fails. */
function linearizable(name: string, topology: string): Observation {
  return {
    condition: condition(name),
    scenario: "local-reads",
    topology,
    seeds: SEEDS,
    measure: { of: "finding", finding: "nonlinearizable" },
    threshold: NOTHING,
  };
}

/** That somebody leads again although nobody does anything. */
function takenOver(name: string, scenario: string): readonly Observation[] {
  const common = { scenario, topology: READ_INDEX, seeds: SEEDS } as const;
  return [
    {
      ...common,
      condition: condition(`${name}-missed`),
      measure: { of: "metric", metric: "failovers-missed", take: "shown" },
      threshold: NOTHING,
    },
    {
      ...common,
      condition: condition(`${name}-time`),
      measure: { of: "metric", metric: "failover-time", take: "greatest" },
      threshold: SOON,
    },
    {
      ...common,
      condition: condition(`${name}-steps`),
      measure: { of: "metric", metric: "operator-steps", take: "total" },
      threshold: NOTHING,
    },
  ];
}

/** What share of writes is answered while something is wrong. */
function answered(name: string, scenario: string): Observation {
  return {
    condition: condition(name),
    scenario,
    topology: READ_INDEX,
    seeds: SEEDS,
    measure: { of: "ratio", ratio: "write-availability-in-faults" },
    threshold: HIGH,
  };
}

/** How long nobody can write at a stretch. */
function outage(name: string, scenario: string): Observation {
  return {
    condition: condition(name),
    scenario,
    topology: READ_INDEX,
    seeds: SEEDS,
    measure: { of: "metric", metric: "write-outage", take: "greatest" },
    threshold: SOON,
  };
}

/** What replicas answer, so many against one, by the thresholds of WAL streaming's claim WS-4. */
function readScaling(replicas: number, times: number): Observation {
  return {
    condition: condition("reads-of", { replicas }),
    scenario: readScalingOf(replicas),
    topology: READ_INDEX,
    seeds: 6,
    measure: { of: "ratio", ratio: "read-throughput" },
    baseline: { topology: READ_INDEX, scenario: readScalingOf(1) },
    threshold: { is: "at-least", than: { times } },
  };
}

/** What a cluster writes, so many nodes against three. */
function writeScaling(nodes: number, times: number): Observation {
  return {
    condition: condition("writes-of", { nodes }),
    scenario: writeScalingOf(nodes),
    topology: READ_INDEX,
    seeds: 4,
    measure: { of: "ratio", ratio: "write-throughput" },
    baseline: { topology: READ_INDEX, scenario: writeScalingOf(3) },
    threshold: { is: "at-least", than: { times } },
  };
}

/** What it takes to build, against another design: it is counted, whatever is run. */
function complexity(
  name: string,
  [scenario, topology]: readonly [string, string],
  [other, baseline]: readonly [string, string],
  times: number,
): Observation {
  return {
    condition: condition(name),
    scenario,
    topology,
    seeds: 1,
    measure: { of: "metric", metric: "design-parts", take: "greatest" },
    baseline: { topology: baseline, scenario: other },
    threshold: { is: "above", than: { times } },
  };
}

const CHEAP = replicationCostOn(COST_PROFILES[0]);

/** Claims of the document on Raft, its plan A, in the document's order. */
export const raftClaims: readonly Claim[] = [
  {
    id: "RA-1",
    words: "每个节点独立存储",
    literature: "confirmed",
    expected: "confirmed",
    observations: [
      absent("compaction-race", "table-vanished"),
      absent("compaction-race", "table-stale"),
      absent("compaction-race", "table-missing"),
      absent("stale-manifest", "stale-version"),
      absent("stale-manifest", "partial-read"),
    ],
  },
  {
    id: "RA-2",
    words: "强一致性（线性一致性）",
    literature: "qualified",
    expected: "qualified",
    observations: [linearizable("any-node-as-written", AS_WRITTEN), linearizable("any-node-read-index", READ_INDEX)],
  },
  {
    id: "RA-3",
    words: "自动Leader选举",
    literature: "confirmed",
    expected: "confirmed",
    observations: [...takenOver("leader-lost", "leader-lost"), ...takenOver("leader-deaf", leaderCutBy("incoming"))],
  },
  {
    id: "RA-4",
    words: "多数节点可用即可服务",
    literature: "qualified",
    expected: "qualified",
    observations: [
      answered("follower-lost-share", "follower-lost"),
      answered("leader-lost-share", "leader-lost"),
      outage("leader-lost-outage", "leader-lost"),
      ...LEADER_CUTS.map((shape) => outage(`leader-cut-${shape}`, leaderCutBy(shape))),
      outage("follower-bridge", "follower-bridge"),
      outage("nodes-apart", "nodes-apart"),
    ],
  },
  {
    id: "RA-5",
    words: "可横向扩展",
    literature: "qualified",
    expected: "qualified",
    observations: [readScaling(2, 1.6), readScaling(4, 3), writeScaling(5, 1.3), writeScaling(7, 1.6)],
  },
  {
    id: "RA-6",
    words: "写入延迟增加",
    literature: "confirmed",
    // It rises everywhere; by less than half where a sync, which a single node waits for too, takes most of the time.
    expected: "qualified",
    observations: COST_PROFILES.flatMap((profile) =>
      ["single", WAL_STREAM].map((topology): Observation => ({
        condition: condition("writes-against", { topology, ...profile }),
        scenario: replicationCostOn(profile),
        topology: READ_INDEX,
        seeds: COST_SEEDS,
        measure: { of: "metric", metric: "write-latency", take: "p50" },
        baseline: { topology },
        threshold: HIGHER,
      })),
    ),
  },
  {
    id: "RA-7",
    words: "网络开销",
    literature: "confirmed",
    expected: "confirmed",
    observations: ["single", WAL_STREAM].map((topology): Observation => ({
      condition: condition("bytes-against", { topology }),
      scenario: CHEAP,
      topology: READ_INDEX,
      seeds: COST_SEEDS,
      measure: { of: "ratio", ratio: "network-bytes-per-write" },
      baseline: { topology },
      threshold: { is: "above", than: { times: 1 } },
    })),
  },
  {
    id: "RA-8",
    words: "实现复杂度较高",
    expected: "qualified",
    observations: [
      complexity("careful-against-one-node", [CHEAP, READ_INDEX], [CHEAP, "single"], 3),
      complexity("careful-against-wal-stream", [CHEAP, READ_INDEX], [CHEAP, WAL_STREAM], 1),
      complexity(
        "drawn-against-wal-stream",
        ["early-answers", AS_WRITTEN],
        ["early-reads", "wal-stream:semi:as-written"],
        1,
      ),
    ],
  },
  {
    id: "RA-9",
    words: "等待Raft提交（注释）",
    literature: "refuted",
    expected: "refuted",
    observations: [
      {
        condition: condition("answered-after-propose"),
        scenario: "early-answers",
        topology: AS_WRITTEN,
        seeds: SEEDS,
        measure: { of: "metric", metric: "lost-writes", take: "total" },
        baseline: { topology: READ_INDEX },
        threshold: NOTHING,
      },
    ],
  },
  {
    id: "RA-10",
    words: "Follower1…Follower3",
    literature: "qualified",
    expected: "qualified",
    observations: [
      answered("one-of-four-lost", lostOf(1, 4)),
      answered("two-of-four-lost", lostOf(2, 4)),
      {
        ...answered("two-of-four-against-five", lostOf(2, 4)),
        baseline: { topology: READ_INDEX, scenario: lostOf(2, 5) },
        threshold: { is: "at-least", than: { times: 1 } },
      },
      {
        ...answered("one-of-four-against-three", lostOf(1, 4)),
        baseline: { topology: READ_INDEX, scenario: lostOf(1, 3) },
        threshold: { is: "at-least", than: { times: 1 } },
      },
    ],
  },
];
