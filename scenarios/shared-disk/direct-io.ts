import { MILLISECOND, SECOND } from "../../host/time.ts";
import type { Expectation, Scenario } from "../scenario.ts";
import { reader, writer } from "../workloads/register.ts";
import { foresees } from "./foreseen.ts";

/**
 * Problem 4 of the document: direct I/O, which an engine uses to go round the system's cache, against the reading that shares
 * it. A few blocks are read again and again by replicas that have no cache of their own; now and then the primary writes.
 */
export const directIo: Scenario = {
  name: "direct-io",
  summary: "replicas read a few blocks again and again, through the system's cache or past it",
  claims: ["SD-12"],
  expectations: new Map<string, Expectation>([
    ["shared-disk:as-written", foresees("table-stale", "SD-25", 30)],
    ["shared-disk:as-written+direct-io", foresees("table-stale", "SD-25", 30)],
    ["single", { kind: "holds" }],
  ]),

  plan(random) {
    const limits = random("limits");
    const keys = limits.between(8, 16);
    const attributes = limits.pick([100, 1000]) * MILLISECOND;
    return {
      cluster: {
        replicas: 2,
        engine: { writeBufferBytes: 2048, blockBytes: 4096, blockCacheBytes: 0, level0CompactionTrigger: 4 },
      },
      disks: { local: "ssd", shared: "network" },
      network: "rack",
      mount: { attributeCacheMin: attributes, attributeCacheMax: attributes },
      clients: [
        writer("writer", random("writer"), {
          keys,
          steps: 60,
          pause: [0, 60 * MILLISECOND],
          bytes: [60, 200],
          deleteOneIn: 0,
        }),
        ...["reader-1", "reader-2"].map((name) =>
          reader(name, random(name), { keys, steps: 80, pause: [0, 50 * MILLISECOND] }),
        ),
      ],
      limit: 300 * SECOND,
    };
  },
};
