import type { RandomStream } from "../../host/random.ts";
import { MILLISECOND, SECOND, type Duration } from "../../host/time.ts";
import { AS_WRITTEN, CAREFUL, SWITCH_NAMES, type SwitchName } from "../../topologies/shared-disk/switches.ts";
import type { TableDefinition } from "../comparison-table.ts";
import type { Fault, FaultSubject, PlannedFault } from "../faults/fault.ts";
import type { Scenario } from "../scenario.ts";
import { reader, writer } from "../workloads/register.ts";

/** Time in which things go wrong. */
const SPAN: Duration = 4 * SECOND;
/** From the first sign until a person acts: short, so that primaries that only stand still are replaced as well. */
const REACTION: Duration = 200 * MILLISECOND;

/** What of the switches does nothing about sharing a disk: how it is used, or what it is. */
const NO_MITIGATIONS: readonly SwitchName[] = [
  "direct-io",
  "mapped-reads",
  "concurrent-background",
  "unsynced-writes",
  "lock",
  "exclusive-open",
  "two-groups",
  "posix-disk",
];

const MITIGATIONS: readonly SwitchName[] = SWITCH_NAMES.filter((name) => !NO_MITIGATIONS.includes(name));

/** No mitigation, each by itself, all that the careful mode has, and all but one; the baseline first. */
export const ABLATION_TOPOLOGIES: readonly string[] = [
  "single",
  "shared-disk:as-written",
  ...MITIGATIONS.map((name) => `shared-disk:as-written+${name}`),
  "shared-disk:careful",
  ...MITIGATIONS.filter((name) => CAREFUL[name] && !AS_WRITTEN[name]).map((name) => `shared-disk:careful+no-${name}`),
];

/**
 * Everything at once that a mitigation may be for: compactions, mounts that believe what they know, replicas that stand
 * still, notices that are lost, a disk without room for what is kept, and primaries that are gone or only slow, which a
 * person replaces where that can be done.
 * Every mode goes through the same, borne or not: runs are held to nothing but that no wrong data is served, and what they
 * come to is tabulated.
 */
export const ablation: Scenario = {
  name: "ablation",
  summary: "compactions, caches, pauses, lost notices and failovers, for every mitigation by itself and all but one",
  claims: [],
  expectations: new Map(ABLATION_TOPOLOGIES.map((topology) => [topology, { kind: "holds" }])),

  plan(random) {
    const limits = random("limits");
    const keys = limits.between(6, 16);
    const attributes = limits.pick([0, 100, 1000]) * MILLISECOND;
    const faults = random("faults");
    return {
      cluster: {
        replicas: 2,
        engine: {
          writeBufferBytes: limits.pick([512, 1024]),
          tableBytes: 2048,
          blockBytes: 512,
          bloomBitsPerKey: limits.pick([0, 10]),
          blockCacheBytes: limits.pick([0, 2048]),
          maxOpenTables: limits.pick([1, 64]),
          level0CompactionTrigger: 2,
          level1Bytes: 2048,
          levelSizeMultiplier: 2,
        },
        settings: { deletionDelay: SECOND, lease: SECOND },
      },
      disks: { local: "ssd", shared: "network" },
      network: "rack",
      mount: { attributeCacheMin: attributes, attributeCacheMax: 3 * attributes },
      clients: [
        ...["writer-1", "writer-2"].map((name) =>
          writer(name, random(name), {
            keys,
            steps: 100,
            pause: [0, 80 * MILLISECOND],
            bytes: [20, 200],
            deleteOneIn: 0,
          }),
        ),
        ...["reader-1", "reader-2", "reader-3"].map((name) =>
          reader(name, random(name), { keys, steps: 60, pause: [0, 120 * MILLISECOND] }),
        ),
      ],
      faults: [
        ...several(faults, 1, 3, () => stroke(faults, "replica", { kind: "pause" }, [200, 2_000])),
        // What is kept for readers takes room; no mode bears that there is none, so that all are held to the same. Late: a
        // database that could not write its log writes no more.
        { ...stroke(faults, "disk", { kind: "disk-full" }, [50, 200]), at: SPAN },
        ...several(faults, 0, 1, () =>
          stroke(faults, "primary", { kind: "packet-loss", perMillion: 400_000 }, [500, 2_000]),
        ),
        ...several(faults, 0, 1, () =>
          stroke(
            faults,
            "primary",
            faults.pick<Fault>([{ kind: "kill" }, { kind: "pause" }, { kind: "partition", shape: "isolate" }]),
            [1_500, 3_000],
          ),
        ),
      ].sort((a, b) => a.at - b.at),
      unbounded: true,
      onCall: { reaction: REACTION },
      healing: { after: 2 * SPAN + 10 * SECOND, core: 0 },
      limit: 300 * SECOND,
    };
  },
};

export const ablationTable: TableDefinition = {
  title: { id: "table-ablation", params: {} },
  scenario: "ablation",
  topologies: ABLATION_TOPOLOGIES,
  measures: [
    { of: "metric", metric: "reads-failed", take: "total" },
    { of: "metric", metric: "wrong-reads", take: "total" },
    { of: "ratio", ratio: "stale-replica-read-share" },
    { of: "metric", metric: "replica-staleness", take: "p99" },
    // What a switch keeps for readers is what it has more of than the row without it: they all run the same plans.
    { of: "metric", metric: "most-stored-bytes", take: "mean" },
    { of: "metric", metric: "stored-bytes", take: "mean" },
    { of: "ratio", ratio: "metadata-per-second" },
    { of: "metric", metric: "lost-writes", take: "total" },
  ],
};

function several<T>(random: RandomStream, least: number, most: number, draw: () => T): T[] {
  return Array.from({ length: random.between(least, most) }, draw);
}

/** Something that strikes while clients are busy, and lasts between so many milliseconds. */
function stroke(
  random: RandomStream,
  role: FaultSubject["role"],
  fault: Fault,
  [least, most]: readonly [number, number],
): PlannedFault {
  return {
    at: random.below(SPAN),
    lasts: random.between(least, most) * MILLISECOND,
    duringWrite: random.chance(1, 2),
    on: { role, choice: random.below(60) },
    fault,
  };
}
