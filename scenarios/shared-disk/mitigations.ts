import type { RandomStream } from "../../host/random.ts";
import { MILLISECOND, SECOND, type Duration } from "../../host/time.ts";
import type { PlannedFault } from "../faults/fault.ts";
import type { DrawnPlan, Scenario } from "../scenario.ts";
import { reader, writer } from "../workloads/register.ts";

/** How long obsolete files stay, and leases last, where a scenario is about what outlasts them. */
export const SHORT_LEASE: Duration = 100 * MILLISECOND;

/** How often replicas load the manifest where a scenario is about how old that lets them be. */
export const PULL_PERIOD: Duration = 100 * MILLISECOND;

/** What the proposal shows when files vanish under it, or are seen as they were. */
const ALSO = ["table-stale", "stale-version", "read-refused"] as const;

/**
 * A mitigation of the document's Q2 against what outlasts it: replicas stand still in the middle of reads, for longer than
 * obsolete files are kept or leases last, while the primary compacts.
 */
export const pausedReplica: Scenario = {
  name: "paused-replica",
  summary: "replicas stand still for longer than obsolete files are kept, while the primary compacts",
  claims: ["SD-20"],
  expectations: new Map([
    [
      "shared-disk:as-written",
      { kind: "violates", finding: "table-vanished", claim: "SD-2", withinSeeds: 50, also: ALSO },
    ],
    ["shared-disk:careful", { kind: "holds" }],
    ["single", { kind: "holds" }],
  ]),
  plan: (random) => ({
    ...busyCompaction(random),
    faults: Array.from({ length: 4 }, () => pause(random("pauses"))),
  }),
};

/** What of the primary's changes reaches replicas, and when: nothing fails. */
export const freshness: Scenario = {
  name: "freshness",
  summary: "replicas read what the primary writes now and then; mounts believe what they know for seconds",
  claims: ["SD-21", "SD-22"],
  expectations: new Map([
    [
      "shared-disk:as-written",
      { kind: "violates", finding: "stale-version", claim: "SD-3", withinSeeds: 50, also: ["table-vanished", ...ALSO] },
    ],
    ["shared-disk:careful", { kind: "holds" }],
    ["single", { kind: "holds" }],
  ]),
  plan: (random) => seldomWritten(random),
};

/** The same, but many packets of the primary's are lost: notices among them, which nobody acknowledges. */
export const lostNotices: Scenario = {
  name: "lost-notices",
  summary: "replicas read what the primary writes now and then, and of its packets many are lost",
  claims: ["SD-22"],
  expectations: new Map([
    [
      "shared-disk:as-written",
      { kind: "violates", finding: "stale-version", claim: "SD-3", withinSeeds: 50, also: ["table-vanished", ...ALSO] },
    ],
    ["shared-disk:careful", { kind: "holds" }],
    ["single", { kind: "holds" }],
  ]),
  plan: (random) => ({
    ...seldomWritten(random),
    faults: [
      {
        at: 0,
        lasts: 60 * SECOND,
        duringWrite: false,
        on: { role: "primary", choice: 0 },
        fault: { kind: "packet-loss", perMillion: 400_000 },
      },
    ],
  }),
};

/** What is to be given up for the sake of sharing is missed where there is much to do: writes that compact, and reads. */
export const givenUp: Scenario = {
  name: "given-up",
  summary: "writes without a pause, so that compactions never end, and reads of what is on the disk",
  claims: ["SD-23"],
  expectations: new Map([
    [
      "shared-disk:as-written",
      { kind: "violates", finding: "table-vanished", claim: "SD-2", withinSeeds: 50, also: ALSO },
    ],
    ["shared-disk:careful", { kind: "holds" }],
    ["single", { kind: "holds" }],
  ]),
  plan: (random) => busyCompaction(random),
};

/** Tiny memtables and levels under writes that hardly pause, and replicas that read all the while. */
function busyCompaction(random: (purpose: string) => RandomStream): DrawnPlan {
  const limits = random("limits");
  const keys = limits.between(8, 24);
  const attributes = limits.pick([0, 0, 50, 200]) * MILLISECOND;
  return {
    cluster: {
      replicas: 2,
      engine: {
        writeBufferBytes: limits.pick([512, 1024]),
        tableBytes: limits.pick([1024, 2048]),
        blockBytes: 512,
        bloomBitsPerKey: 0,
        blockCacheBytes: 0,
        // Each read opens what it needs: whoever keeps tables open is seen to do so.
        maxOpenTables: 1,
        level0CompactionTrigger: 2,
        level1Bytes: 2048,
        levelSizeMultiplier: 2,
      },
      settings: { deletionDelay: SHORT_LEASE, lease: SHORT_LEASE },
    },
    disks: { local: "ssd", shared: "network" },
    network: "rack",
    mount: { attributeCacheMin: attributes, attributeCacheMax: attributes },
    clients: [
      ...["writer-1", "writer-2"].map((name) =>
        writer(name, random(name), { keys, steps: 100, pause: [0, 8 * MILLISECOND], bytes: [20, 200], deleteOneIn: 0 }),
      ),
      ...["reader-1", "reader-2", "reader-3", "reader-4"].map((name) =>
        reader(name, random(name), { keys, steps: 50, pause: [0, 2 * MILLISECOND] }),
      ),
    ],
    limit: 300 * SECOND,
  };
}

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

/** Writes with long pauses between them, so that what a replica has missed it misses for long. */
function seldomWritten(random: (purpose: string) => RandomStream): DrawnPlan {
  const limits = random("limits");
  const keys = limits.between(2, 4);
  return {
    cluster: {
      replicas: 2,
      engine: { writeBufferBytes: limits.pick([256, 1024]), level0CompactionTrigger: 8 },
      settings: { pullPeriod: PULL_PERIOD },
    },
    disks: { local: "ssd", shared: "network" },
    network: "rack",
    mount: { attributeCacheMin: 3 * SECOND, attributeCacheMax: 60 * SECOND },
    clients: [
      writer("writer", random("writer"), {
        keys,
        steps: limits.between(15, 25),
        pause: [0, 800 * MILLISECOND],
        bytes: [30, 120],
        deleteOneIn: 0,
      }),
      ...["reader-1", "reader-2"].map((name) =>
        reader(name, random(name), { keys, steps: 30, pause: [0, 600 * MILLISECOND] }),
      ),
    ],
    limit: 300 * SECOND,
  };
}
