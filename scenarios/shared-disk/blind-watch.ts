import { MILLISECOND, SECOND } from "../../host/time.ts";
import { machines } from "../machines.ts";
import type { Expectation, Scenario } from "../scenario.ts";
import { reader, writer } from "../workloads/register.ts";
import { foresees } from "./foreseen.ts";

/**
 * Problem 2 of the document: a replica cannot sense what the primary changes. It watches the directory, and loads the manifest
 * when its file system tells of a change: on one machine it is told of all, through a network mount of nothing.
 */
export const blindWatch: Scenario = {
  name: "blind-watch",
  summary: "replicas load the manifest when their file system tells of a change",
  claims: ["SD-5"],
  expectations: new Map<string, Expectation>([
    ["shared-disk:as-written+watch", foresees("stale-version", "SD-3", 10)],
    ["shared-disk:as-written+watch+posix-disk", foresees("unflushed-read", "SD-6", 20)],
    ["single", { kind: "holds" }],
  ]),

  plan(random) {
    const limits = random("limits");
    const keys = limits.between(3, 8);
    return {
      cluster: {
        replicas: 2,
        // A compaction less than a flush: what is not noticed is to be seen by itself.
        engine: { writeBufferBytes: limits.pick([256, 512]), level0CompactionTrigger: limits.pick([4, 8]) },
      },
      ...machines("ssd"),
      clients: [
        writer("writer", random("writer"), {
          keys,
          steps: limits.between(30, 60),
          pause: [0, 100 * MILLISECOND],
          bytes: [40, 120],
          deleteOneIn: 0,
        }),
        ...["reader-1", "reader-2"].map((name) =>
          reader(name, random(name), { keys, steps: 30, pause: [0, 200 * MILLISECOND] }),
        ),
      ],
      limit: 300 * SECOND,
    };
  },
};
