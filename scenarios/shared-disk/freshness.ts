import type { RandomStream } from "../../host/random.ts";
import { MILLISECOND, SECOND, type Duration } from "../../host/time.ts";
import { LINUX_MOUNT } from "../machines.ts";
import type { DrawnPlan, Expectation, Scenario } from "../scenario.ts";
import { reader, writer } from "../workloads/register.ts";
import { foresees } from "./foreseen.ts";

/** How often replicas that pull the manifest do so. */
export const PULL_PERIOD: Duration = 100 * MILLISECOND;

/** What of the primary's changes reaches replicas, and when: nothing fails. */
export const freshness: Scenario = {
  name: "freshness",
  summary: "replicas read what the primary writes now and then; mounts believe what they know for seconds",
  claims: ["SD-21", "SD-22"],
  expectations: new Map<string, Expectation>([
    ["shared-disk:as-written", foresees("stale-version", "SD-3", 10)],
    ["shared-disk:as-written+unsynced-tailing+periodic-pull+uncached-mount", { kind: "holds" }],
    ["shared-disk:as-written+unsynced-tailing+periodic-pull", foresees("stale-version", "SD-3", 10)],
    ["shared-disk:as-written+periodic-pull+uncached-mount", foresees("unflushed-read", "SD-6", 10)],
    ["shared-disk:as-written+unsynced-tailing+watch+uncached-mount", foresees("stale-version", "SD-3", 10)],
    ["shared-disk:as-written+wal-tailing+unsynced-tailing+notices+uncached-mount", { kind: "holds" }],
    ["shared-disk:as-written+wal-tailing+unsynced-tailing+notices+cache-invalidation", { kind: "holds" }],
    ["shared-disk:as-written+wal-tailing+unsynced-tailing+notices", foresees("stale-version", "SD-3", 10)],
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
  expectations: new Map<string, Expectation>([
    ["shared-disk:as-written", foresees("unflushed-read", "SD-6", 40)],
    [
      "shared-disk:as-written+wal-tailing+unsynced-tailing+notices+uncached-mount",
      foresees("unflushed-read", "SD-22", 40),
    ],
    ["shared-disk:as-written+wal-tailing+unsynced-tailing+notices+uncached-mount+periodic-pull", { kind: "holds" }],
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
    mount: LINUX_MOUNT,
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
