import { MILLISECOND, SECOND } from "../host/time.ts";
import { reader, writer } from "./workloads/register.ts";
import { asWritten } from "./raft/foreseen.ts";
import type { Expectation, Scenario } from "./scenario.ts";

/**
 * Problem 1 of the document: the primary's compaction deletes SSTables while replicas read. Tiny memtables and levels make
 * compaction common; nothing fails and nobody is slow, so whatever breaks is the design's own doing.
 */
export const compactionRace: Scenario = {
  name: "compaction-race",
  summary: "replicas read while the primary compacts and deletes the files under them",
  claims: ["SD-1", "SD-2"],
  expectations: new Map<string, Expectation>([
    [
      "shared-disk:as-written",
      {
        kind: "violates",
        finding: "table-vanished",
        claim: "SD-2",
        withinSeeds: 50,
        also: ["table-stale", "stale-version", "unflushed-read"],
      },
    ],
    ["single", { kind: "holds" }],
    ["shared-disk:careful", { kind: "holds" }],
    ["wal-stream:async", { kind: "holds" }],
    ["raft:read-index", { kind: "holds" }],
    ["raft:as-written", asWritten("nonlinearizable", "lost-write", "resurrected-value")],
  ]),

  plan(random) {
    const limits = random("limits");
    const keys = limits.between(8, 24);
    const attributes = limits.pick([0, 0, 100 * MILLISECOND, SECOND]);
    return {
      cluster: {
        replicas: 2,
        engine: {
          writeBufferBytes: limits.pick([512, 1024, 2048, 4096]),
          tableBytes: limits.pick([1024, 2048, 8192]),
          blockBytes: limits.pick([128, 512, 4096]),
          bloomBitsPerKey: limits.pick([0, 10]),
          blockCacheBytes: limits.pick([0, 2048, 65_536]),
          maxOpenTables: limits.pick([1, 4, 64]),
          level0CompactionTrigger: limits.pick([2, 3, 4]),
          level1Bytes: limits.pick([2048, 8192]),
          levelSizeMultiplier: limits.pick([2, 10]),
          manifestBytes: limits.pick([512, 4096, 65_536]),
        },
      },
      disks: { local: "ssd", shared: "network" },
      network: "rack",
      mount: { attributeCacheMin: attributes, attributeCacheMax: attributes * limits.pick([1, 10]) },
      clients: [
        writer("writer", random("writer"), {
          keys,
          steps: limits.between(40, 120),
          pause: [0, limits.pick([1, 5, 20]) * MILLISECOND],
          bytes: [20, limits.pick([50, 200])],
          deleteOneIn: limits.pick([0, 10]),
        }),
        ...["reader-1", "reader-2"].map((name) =>
          reader(name, random(name), { keys, steps: limits.between(10, 30), pause: [0, 40 * MILLISECOND] }),
        ),
      ],
      limit: 300 * SECOND,
    };
  },
};
