import { MILLISECOND, SECOND, type Duration } from "../../host/time.ts";
import type { DrawnPlan, Expectation, Scenario } from "../scenario.ts";
import { reader, writer } from "../workloads/register.ts";
import { foresees } from "./foreseen.ts";

const STALE = foresees("unflushed-read", "SD-9", 10);

/**
 * Problem 4 of the document, on the replica's side: its machine has read the primary's log once, and answers from that memory,
 * although the primary has long made more durable. Nothing is ever flushed: what is looked at is the log alone.
 */
export const readerCache: Scenario = {
  name: "reader-cache",
  summary: "replicas read the log through a mount that believes for seconds what it has read",
  claims: ["SD-9"],
  expectations: new Map<string, Expectation>([
    ["shared-disk:as-written+unsynced-tailing", STALE],
    ["shared-disk:as-written+unsynced-tailing+uncached-mount", { kind: "holds" }],
    ["single", { kind: "holds" }],
  ]),
  plan: (random) => loggedWrites(random, random("mount").pick([3, 10]) * SECOND),
};

/**
 * The same on the primary's side: what it has written stands in its own machine's cache, and reaches the disk when it is synced,
 * or when the machine finds the time. Replicas ask the disk each time.
 */
export const writerCache: Scenario = {
  name: "writer-cache",
  summary: "the primary's machine keeps what was written, and replicas ask the disk for it",
  claims: ["SD-9"],
  expectations: new Map<string, Expectation>([
    ["shared-disk:as-written+unsynced-tailing+unsynced-writes", STALE],
    ["shared-disk:as-written+unsynced-tailing", { kind: "holds" }],
    ["single", { kind: "holds" }],
  ]),
  // Not 0: a mount that caches no attributes keeps no writes either.
  plan: (random) => loggedWrites(random, MILLISECOND),
};

function loggedWrites(random: Parameters<Scenario["plan"]>[0], attributes: Duration): DrawnPlan {
  const limits = random("limits");
  const keys = limits.between(2, 5);
  return {
    cluster: { replicas: 2, engine: { writeBufferBytes: 1_048_576 } },
    disks: { local: "ssd", shared: "network" },
    network: "rack",
    mount: { attributeCacheMin: attributes, attributeCacheMax: attributes },
    clients: [
      writer("writer", random("writer"), {
        keys,
        steps: 40,
        pause: [0, 200 * MILLISECOND],
        bytes: [20, 60],
        deleteOneIn: 0,
      }),
      ...["reader-1", "reader-2"].map((name) =>
        reader(name, random(name), { keys, steps: 40, pause: [0, 200 * MILLISECOND] }),
      ),
    ],
    limit: 300 * SECOND,
  };
}
