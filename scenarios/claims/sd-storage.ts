import type { Measure } from "./measure.ts";
import { condition, type Claim, type Observation } from "./claim.ts";
import { CONTENDING_REPLICAS, contentionName } from "../shared-disk/contention.ts";
import { STORAGE_MEDIA } from "../shared-disk/storage-media.ts";
import { AS_WRITTEN } from "./sd-modes.ts";

/** Slower by so much, or less by so much, is what a bottleneck is taken to be. */
const TWICE = 2;
const HALF = 0.5;
/** Dearer by so much is what high cost is taken to be. */
const DEAR = 2;
/** Slower by so much is what competition is taken to be. */
const HINDERED = 1.25;
/** Of what two groups would do that share nothing, twice what one does, so much is still taken for a larger cluster. */
const LARGER = 1.8;

const LATENCIES: readonly { readonly name: string; readonly metric: string }[] = [
  { name: "writes-one-by-one", metric: "write-latency" },
  { name: "cold-reads-of-primary", metric: "primary-read-latency" },
  { name: "cold-reads-of-replica", metric: "replica-read-latency" },
];

const COSTS: readonly { readonly name: string; readonly measure: Measure }[] = [
  { name: "machines", measure: { of: "metric", metric: "machines", take: "mean" } },
  { name: "network", measure: { of: "ratio", ratio: "network-bytes-per-write" } },
  { name: "disk-bytes", measure: { of: "ratio", ratio: "disk-bytes-per-write" } },
  { name: "disk-operations", measure: { of: "ratio", ratio: "disk-operations-per-operation" } },
  { name: "stored-bytes", measure: { of: "metric", metric: "stored-bytes", take: "mean" } },
];

/** Problem 5 of the document, the limits of storage behind a network; and several groups that share them. */
export const storageClaims: readonly Claim[] = [
  {
    id: "SD-13",
    words: "共享存储成为性能瓶颈",
    literature: "confirmed",
    observations: STORAGE_MEDIA.flatMap(({ name }): Observation[] => [
      ...LATENCIES.map((latency): Observation => ({
        condition: condition(`${latency.name}-on-${name}`),
        scenario: `network-storage-${name}`,
        topology: AS_WRITTEN,
        seeds: 40,
        measure: { of: "metric", metric: latency.metric, take: "p50" },
        baseline: { topology: "single" },
        threshold: { is: "at-least", than: { times: TWICE } },
      })),
      {
        condition: condition(`saturated-on-${name}`),
        scenario: `saturated-storage-${name}`,
        topology: AS_WRITTEN,
        seeds: 20,
        measure: { of: "ratio", ratio: "throughput" },
        baseline: { topology: "single" },
        threshold: { is: "at-most", than: { times: HALF } },
      },
    ]),
  },
  {
    id: "SD-14",
    words: "主从节点竞争I/O资源",
    literature: "confirmed",
    // What two replicas ask at a time, each loading its manifest for one read after the other, a disk that works on 32 things
    // at once does beside the primary's; sixteen fill its queue.
    expected: "qualified",
    observations: CONTENDING_REPLICAS.flatMap((replicas) =>
      [
        { mode: AS_WRITTEN, name: "replicas-read-what-they-remember" },
        { mode: `${AS_WRITTEN}+direct-io`, name: "replicas-read-past-memory" },
      ].flatMap(({ mode, name }) =>
        // The mean: what waits for others is late in the middle of the crowd, while the slowest are the disk's own slowest.
        // Of the writes a fourth is the loader's, before anybody reads: they make the figure smaller than it is.
        (["primary-read-latency", "write-latency"] as const).map((metric): Observation => ({
          condition: condition(`${metric === "write-latency" ? "writes" : "reads"}-while-${name}`, { replicas }),
          scenario: contentionName(replicas, true),
          topology: mode,
          seeds: 12,
          measure: { of: "metric", metric, take: "mean" },
          baseline: { topology: mode, scenario: contentionName(replicas, false) },
          threshold: { is: "at-least", than: { times: HINDERED } },
        })),
      ),
    ),
  },
  {
    id: "SD-15",
    words: "成本高昂",
    observations: [
      ...COSTS.map(({ name, measure }) => cost(`cost-in-${name}`, measure, "single", DEAR)),
      ...COSTS.map(({ name, measure }) => cost(`cost-in-${name}-of-copies`, measure, "wal-stream:semi", 1)),
    ],
  },
  {
    id: "SD-29",
    words: "多个主从组组成大集群",
    literature: "qualified",
    observations: ["small", "large"].map((load): Observation => ({
      condition: condition(`two-groups-${load}`),
      scenario: `two-groups-load-${load}`,
      topology: `${AS_WRITTEN}+two-groups`,
      seeds: 20,
      measure: { of: "ratio", ratio: "throughput" },
      baseline: { topology: AS_WRITTEN, scenario: `one-groups-load-${load}` },
      threshold: { is: "at-least", than: { times: LARGER } },
    })),
  },
];

/** What ordinary traffic takes, so many times what it takes of another design. */
function cost(name: string, measure: Measure, baseline: string, times: number): Observation {
  return {
    condition: condition(name),
    scenario: "storage-cost",
    topology: AS_WRITTEN,
    seeds: 60,
    measure,
    baseline: { topology: baseline },
    threshold: { is: times === 1 ? "above" : "at-least", than: { times } },
  };
}
