import { MILLISECOND, SECOND } from "../../host/time.ts";
import { machines } from "../machines.ts";
import type { Expectation, Scenario } from "../scenario.ts";
import { reader, writer } from "../workloads/register.ts";
import { foresees } from "./foreseen.ts";

/**
 * Problem 3 of the document: what the primary has acknowledged stands in its WAL and its memtable, and replicas look into
 * neither. Writes are few, and memtables large enough to be flushed seldom or never; mounts believe nothing, so that files
 * which there are do not hide.
 */
export const invisibleMemtable: Scenario = {
  name: "invisible-memtable",
  summary: "replicas read what the primary has acknowledged and not flushed yet",
  claims: ["SD-6", "SD-7", "SD-8"],
  expectations: new Map<string, Expectation>([
    ["shared-disk:as-written", foresees("unflushed-read", "SD-6", 10)],
    // A synced log tells of a record that it is durable with the next one only: the last write stays out of sight.
    ["shared-disk:as-written+wal-tailing", foresees("unflushed-read", "SD-7", 10)],
    ["shared-disk:as-written+unsynced-tailing", { kind: "holds" }],
    ["single", { kind: "holds" }],
  ]),

  plan(random) {
    const limits = random("limits");
    const keys = limits.between(2, 5);
    const pause = limits.pick([50, 200]) * MILLISECOND;
    return {
      cluster: {
        replicas: 2,
        // About 100 bytes a write: from a flush every ten writes to none in the whole run.
        engine: { writeBufferBytes: limits.pick([1024, 4096, 65_536]), level0CompactionTrigger: 4 },
      },
      ...machines("ssd"),
      clients: [
        writer("writer", random("writer"), { keys, steps: 40, pause: [0, pause], bytes: [20, 60], deleteOneIn: 0 }),
        ...["reader-1", "reader-2"].map((name) =>
          // They go on for a while after the last write: a synced log tells of that one only with the next.
          reader(name, random(name), { keys, steps: 40, pause: [0, 2 * pause] }),
        ),
      ],
      limit: 300 * SECOND,
    };
  },
};
