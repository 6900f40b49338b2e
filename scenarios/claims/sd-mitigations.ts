import type { SwitchName } from "../../topologies/shared-disk/switches.ts";
import { condition, type Claim, type Observation, type Threshold } from "./claim.ts";
import type { Measure } from "./measure.ts";
import { PULL_PERIOD } from "../shared-disk/freshness.ts";
import { AS_WRITTEN, CAREFUL } from "./sd-modes.ts";

const NO_FAILURE: Threshold = { is: "at-most", than: { value: 0 } };
/** What happens right after the manifest was loaded waits for the next time, and for that to be done. */
const WITHIN_TWO_PERIODS: Threshold = { is: "at-most", than: { value: 2 * PULL_PERIOD } };
/** What is given up for the sake of sharing is missed when things are slower by so much without it. */
const MISSED: Threshold = { is: "at-least", than: { times: 1.25 } };

const FAILED_READS: Measure = { of: "metric", metric: "reads-failed", take: "total" };

/** Ways of the document to keep files from vanishing under those who read them. */
const KEEPING: readonly SwitchName[] = ["deferred-deletion", "leases", "pinned-descriptors", "hard-links"];

/** The primary tells replicas of each write, and they read it from its log. */
const NOTICED = "wal-tailing+unsynced-tailing+notices";

/** Copies on disks of their own, of which one acknowledges beside the primary. */
const WAL_STREAM = "wal-stream:semi";
/** The same, of which a majority acknowledges: with what the document's sentence goes on. */
const RAFT = "raft:read-index";

/** What the careful mode is paid with. */
const PRICES: readonly { readonly name: string; readonly measure: Measure }[] = [
  { name: "write-latency", measure: { of: "metric", metric: "write-latency", take: "p50" } },
  { name: "read-latency", measure: { of: "metric", metric: "read-latency", take: "p50" } },
  { name: "staleness", measure: { of: "ratio", ratio: "stale-replica-read-share" } },
  { name: "network", measure: { of: "ratio", ratio: "network-bytes-per-write" } },
  { name: "stored-bytes", measure: { of: "metric", metric: "stored-bytes", take: "mean" } },
];

/** "If it must be shared" (Q2 of the document): what each mitigation is worth, and what it takes. */
export const mitigationClaims: readonly Claim[] = [
  {
    id: "SD-20",
    words: "延迟删除旧文件、引用计数、垃圾回收",
    literature: "qualified",
    observations: KEEPING.flatMap((name): Observation[] => [
      {
        condition: condition(`${name}-calm`),
        scenario: "given-up",
        topology: `${AS_WRITTEN}+${name}`,
        seeds: 40,
        measure: FAILED_READS,
        baseline: { topology: AS_WRITTEN },
        threshold: NO_FAILURE,
      },
      {
        condition: condition(`${name}-outlasted`),
        scenario: "paused-replica",
        topology: `${AS_WRITTEN}+${name}`,
        seeds: 40,
        measure: FAILED_READS,
        baseline: { topology: AS_WRITTEN },
        threshold: NO_FAILURE,
      },
    ]),
  },
  {
    id: "SD-21",
    words: "定期拉取Manifest、监听文件变更、处理不一致",
    literature: "qualified",
    observations: [
      staleness("pull-uncached-with-log", "freshness", "unsynced-tailing+periodic-pull+uncached-mount"),
      staleness("pull-cached-with-log", "freshness", "unsynced-tailing+periodic-pull"),
      staleness("pull-uncached-tables-alone", "freshness", "periodic-pull+uncached-mount"),
      staleness("watch-uncached-with-log", "freshness", "unsynced-tailing+watch+uncached-mount"),
      {
        condition: condition("retry-calm"),
        scenario: "given-up",
        topology: `${AS_WRITTEN}+retry`,
        seeds: 40,
        measure: FAILED_READS,
        baseline: { topology: AS_WRITTEN },
        threshold: NO_FAILURE,
      },
    ],
  },
  {
    id: "SD-22",
    words: "主节点通知、从节点刷新缓存",
    literature: "qualified",
    observations: [
      staleness("notices-uncached", "freshness", `${NOTICED}+uncached-mount`),
      staleness("notices-refreshed", "freshness", `${NOTICED}+cache-invalidation`),
      staleness("notices-not-refreshed", "freshness", NOTICED),
      staleness("notices-lost", "lost-notices", `${NOTICED}+uncached-mount`),
      staleness("notices-lost-and-pull", "lost-notices", `${NOTICED}+uncached-mount+periodic-pull`),
    ],
  },
  {
    id: "SD-23",
    words: "禁用优化特性",
    observations: [
      price("without-concurrent-background", `${AS_WRITTEN}+no-concurrent-background`, AS_WRITTEN, "write-latency"),
      price("without-mapped-reads", AS_WRITTEN, `${AS_WRITTEN}+mapped-reads`, "replica-read-latency"),
      price("without-direct-io", AS_WRITTEN, `${AS_WRITTEN}+direct-io`, "replica-read-latency"),
      // Were it necessary to give it up, more reads would fail, or nodes crash, where it is kept.
      kept("concurrent-background", AS_WRITTEN, `${AS_WRITTEN}+no-concurrent-background`, FAILED_READS),
      kept("mapped-reads", `${AS_WRITTEN}+mapped-reads`, AS_WRITTEN, { of: "finding", finding: "node-crashed" }),
      kept("direct-io", `${AS_WRITTEN}+direct-io`, AS_WRITTEN, FAILED_READS),
      ...(["concurrent-background", "mapped-reads", "direct-io"] as const).map((name): Observation => ({
        condition: condition(`kept-${name}-careful`),
        scenario: "given-up",
        topology: name === "concurrent-background" ? CAREFUL : `${CAREFUL}+${name}`,
        seeds: 40,
        measure: FAILED_READS,
        threshold: { is: "above", than: { value: 0 } },
      })),
    ],
  },
  {
    id: "SD-24",
    words: "成本 > 收益",
    observations: [
      // What everything that it takes costs, against one node and against copies on disks of their own.
      ...PRICES.flatMap(({ name, measure }) => [
        dearer(`careful-${name}-single`, measure, "single"),
        dearer(`careful-${name}-wal-stream`, measure, WAL_STREAM),
        dearer(`careful-${name}-raft`, measure, RAFT),
      ]),
      ...(["read", "write"] as const).flatMap((what) => [
        lower(`careful-${what}-availability-single`, `${what}-availability`, "single"),
        lower(`careful-${what}-availability-wal-stream`, `${what}-availability`, WAL_STREAM),
        lower(`careful-${what}-availability-raft`, `${what}-availability`, RAFT),
      ]),
      // Against doing nothing: what is gained for the price.
      lower("careful-read-availability-as-drawn", "read-availability", AS_WRITTEN),
      {
        condition: condition("careful-metadata-as-drawn"),
        scenario: "storage-cost",
        topology: CAREFUL,
        seeds: 60,
        measure: { of: "ratio", ratio: "metadata-per-second" },
        baseline: { topology: AS_WRITTEN },
        threshold: { is: "at-least", than: { times: 2 } },
      },
    ],
  },
];

/** How old what replicas serve is, in all but the hundredth read. */
function staleness(name: string, scenario: string, switches: string): Observation {
  return {
    condition: condition(name),
    scenario,
    topology: `${AS_WRITTEN}+${switches}`,
    seeds: 40,
    measure: { of: "metric", metric: "replica-staleness", take: "p99" },
    threshold: WITHIN_TWO_PERIODS,
  };
}

/** How much slower it is without something than with it. */
function price(name: string, without: string, having: string, metric: string): Observation {
  return {
    condition: condition(name),
    scenario: "given-up",
    topology: without,
    seeds: 40,
    measure: { of: "metric", metric, take: "mean" },
    baseline: { topology: having },
    threshold: MISSED,
  };
}

/** Whether more goes wrong with something than without it. */
function kept(name: SwitchName, having: string, without: string, measure: Measure): Observation {
  return {
    condition: condition(`kept-${name}`),
    scenario: "given-up",
    topology: having,
    seeds: 40,
    measure,
    baseline: { topology: without },
    threshold: { is: "above", than: { times: 1 } },
  };
}

/** Whether the careful mode takes more than another design. */
function dearer(name: string, measure: Measure, baseline: string): Observation {
  return {
    condition: condition(name),
    scenario: "storage-cost",
    topology: CAREFUL,
    seeds: 60,
    measure,
    baseline: { topology: baseline },
    threshold: { is: "above", than: { times: 1 } },
  };
}

/** Whether the careful mode answers less than another design while any one machine or disk fails. */
function lower(name: string, ratio: string, baseline: string): Observation {
  return {
    condition: condition(name),
    scenario: "availability",
    topology: CAREFUL,
    seeds: 120,
    measure: { of: "ratio", ratio },
    baseline: { topology: baseline },
    threshold: { is: "below", than: { times: 1 } },
  };
}
