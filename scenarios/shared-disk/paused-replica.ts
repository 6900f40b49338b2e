import type { RandomStream } from "../../host/random.ts";
import { MILLISECOND } from "../../host/time.ts";
import type { PlannedFault } from "../faults/fault.ts";
import type { Expectation, Scenario } from "../scenario.ts";
import { busyCompaction, SHORT_LEASE } from "./busy-compaction.ts";
import { foresees } from "./foreseen.ts";

/**
 * Mitigations of the document's Q2 against what outlasts them: replicas stand still in the middle of reads, for longer than
 * obsolete files are kept or leases last, while the primary compacts.
 */
export const pausedReplica: Scenario = {
  name: "paused-replica",
  summary: "replicas stand still for longer than obsolete files are kept, while the primary compacts",
  claims: ["SD-20"],
  expectations: new Map<string, Expectation>([
    ["shared-disk:as-written", foresees("table-vanished", "SD-2", 40)],
    ["shared-disk:as-written+deferred-deletion", foresees("table-stale", "SD-25", 40)],
    ["shared-disk:as-written+leases", foresees("read-refused", "SD-20", 40)],
    ["shared-disk:as-written+pinned-descriptors", foresees("table-stale", "SD-25", 40)],
    ["shared-disk:as-written+hard-links", foresees("read-refused", "SD-20", 40)],
    ["shared-disk:careful", { kind: "holds" }],
    ["single", { kind: "holds" }],
  ]),
  plan: (random) => ({
    ...busyCompaction(random),
    faults: Array.from({ length: 4 }, () => pause(random("pauses"))),
  }),
};

/** A replica stands still for two to five times as long as anything is kept for it. */
function pause(random: RandomStream): PlannedFault {
  return {
    at: random.between(20, 600) * MILLISECOND,
    lasts: random.between(2 * SHORT_LEASE, 5 * SHORT_LEASE),
    duringWrite: random.chance(1, 2),
    on: { role: "replica", choice: random.below(2) },
    fault: { kind: "pause" },
  };
}
