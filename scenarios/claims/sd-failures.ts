import { DISK_FAILURE_READS, DISK_FAILURES } from "../shared-disk/disk-failure.ts";
import { condition, type Claim, type Observation, type Threshold } from "./claim.ts";
import { AS_WRITTEN, CAREFUL } from "./sd-modes.ts";

/** What share of answers is taken for none, and what share for all. */
const NONE: Threshold = { is: "below", than: { value: 0.05 } };
const ALL: Threshold = { is: "above", than: { value: 0.95 } };
/**
 * What goes unanswered, more than of another design. The claim says which way it goes, not how far; and the same failures are
 * drawn for every design, so that a tenth more is no chance.
 */
const LESS_AVAILABLE: Threshold = { is: "above", than: { times: 1.1 } };

/** One node, and each of the document's plans that copies data to disks of their own. */
const OTHERS = [
  { name: "single", topology: "single" },
  { name: "wal-stream", topology: "wal-stream:semi" },
  { name: "raft", topology: "raft:read-index" },
] as const;

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
    // Of everything that may fail it makes more than any other design makes; but while a primary is down, replicas go on reading.
    expected: "qualified",
    // Nothing is looked at by itself that other designs have not got, such as the disk's server: that it fails assumes the claim.
    observations: [
      ...OTHERS.flatMap(({ name, topology }) => [
        against(`any-failure-${name}`, "availability", "read", topology, 120),
        against(`any-failure-${name}`, "availability", "write", topology, 120),
      ]),
      against("primary-down", "primary-down", "read", "single", 40),
    ],
  },
];

/** What share of what is asked while something is gone gets an answer. */
function left(name: string, scenario: string, topology: string, what: What, threshold: Threshold): Observation {
  const measure = { of: "ratio", ratio: `${what}-availability-in-faults` } as const;
  return { condition: condition(name), scenario, topology, seeds: 40, measure, threshold };
}

/** What share of all that is asked gets no answer, against another design in the same run of misfortunes. */
function against(name: string, scenario: string, what: What, baseline: string, seeds: number): Observation {
  return {
    condition: condition(`${what}s-under-${name}`),
    scenario,
    topology: AS_WRITTEN,
    seeds,
    measure: { of: "ratio", ratio: `${what}-unavailability` },
    baseline: { topology: baseline },
    threshold: LESS_AVAILABLE,
  };
}
