import { DISK_FAILURE_READS, DISK_FAILURES } from "../shared-disk/disk-failure.ts";
import { condition, type Claim, type Observation, type Threshold } from "./claim.ts";
import { AS_WRITTEN, CAREFUL } from "./sd-modes.ts";

/** What share of answers is taken for none, and what share for all. */
const NONE: Threshold = { is: "below", than: { value: 0.05 } };
const ALL: Threshold = { is: "above", than: { value: 0.95 } };
/** Lower by less than a twentieth is taken for the draw of the seeds. */
const LOWER: Threshold = { is: "below", than: { times: 0.95 } };

type What = "read" | "write";

/** Problem 6 of the document: what fails, and what is left then. */
export const failureClaims: readonly Claim[] = [
  {
    id: "SD-16",
    words: "主从节点全部不可用",
    literature: "confirmed",
    // The primary goes on answering what it has in memory; of a database that is larger than that, nobody answers anything.
    expected: "qualified",
    observations: DISK_FAILURES.flatMap(({ name }) => [
      left(`reads-of-replicas-with-${name}`, name, AS_WRITTEN, "read", NONE),
      left(`writes-with-${name}`, name, AS_WRITTEN, "write", NONE),
      // Where memory may stand in for the disk: what mounts believe, and what the primary has at hand; and where it does not.
      ...DISK_FAILURE_READS.map((then) =>
        left(`${then.name}-with-${name}`, `${name}-${then.name}`, AS_WRITTEN, "read", NONE),
      ),
    ]),
  },
  {
    id: "SD-17",
    words: "从节点只能读；无法写入；需要人工切换",
    literature: "confirmed",
    observations: [
      left("reads-go-on-without-primary", "primary-down", AS_WRITTEN, "read", ALL),
      left("no-writes-without-primary", "primary-down", AS_WRITTEN, "write", NONE),
      left("no-writes-though-on-call", "primary-down-on-call", AS_WRITTEN, "write", NONE),
      left("no-writes-careful-without-person", "primary-down", CAREFUL, "write", NONE),
      {
        condition: condition("careful-switched-by-hand"),
        scenario: "primary-down-on-call",
        topology: CAREFUL,
        seeds: 40,
        measure: { of: "metric", metric: "operator-steps", take: "mean" },
        threshold: { is: "at-least", than: { value: 1 } },
      },
    ],
  },
  {
    id: "SD-18",
    words: "从节点不可用",
    literature: "confirmed",
    expected: "confirmed",
    observations: [
      left("reads-of-replica-cut-off", "disk-partition", AS_WRITTEN, "read", NONE),
      // Whatever mounts believe: to open CURRENT, which each read does, asks the disk.
      left("reads-of-believing-replica-cut-off", "disk-partition-believing", AS_WRITTEN, "read", NONE),
      // Within its bound it serves what it has verified: of a long cut, asked after that.
      left("reads-of-careful-replica-long-cut-off", "disk-partition-later", CAREFUL, "read", NONE),
    ],
  },
  {
    id: "SD-19",
    words: "可用性反而降低",
    observations: [
      against("any-failure", "availability", "read", 120),
      against("any-failure", "availability", "write", 120),
      ...["disk-lost", "disk-server-down", "primary-down", "disk-partition"].flatMap((scenario) => [
        against(scenario, scenario, "read"),
        against(scenario, scenario, "write"),
      ]),
    ],
  },
];

/** What share of what is asked while something is gone gets an answer. */
function left(name: string, scenario: string, topology: string, what: What, threshold: Threshold): Observation {
  const measure = { of: "ratio", ratio: `${what}-availability-in-faults` } as const;
  return { condition: condition(name), scenario, topology, seeds: 40, measure, threshold };
}

/** What share of all that is asked gets an answer, against one node in the same run of misfortunes. */
function against(name: string, scenario: string, what: What, seeds = 40): Observation {
  return {
    condition: condition(`${what}s-under-${name}`),
    scenario,
    topology: AS_WRITTEN,
    seeds,
    measure: { of: "ratio", ratio: `${what}-availability` },
    baseline: { topology: "single" },
    threshold: LOWER,
  };
}
