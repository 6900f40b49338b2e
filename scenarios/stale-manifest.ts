import { MILLISECOND, SECOND } from "../host/time.ts";
import { reader, writer } from "./workloads/register.ts";
import { asWritten } from "./raft/foreseen.ts";
import type { Expectation, Scenario } from "./scenario.ts";

/**
 * Problem 2 of the document: a replica acts on an older manifest than the files on disk. Writes come slowly enough that the
 * replica's network mount believes what it knew of the MANIFEST for seconds.
 */
export const staleManifest: Scenario = {
  name: "stale-manifest",
  summary: "replicas read through a network mount that believes yesterday's manifest",
  claims: ["SD-3"],
  expectations: new Map<string, Expectation>([
    [
      "shared-disk:as-written",
      {
        kind: "violates",
        finding: "stale-version",
        claim: "SD-3",
        withinSeeds: 50,
        also: ["table-vanished", "table-stale", "unflushed-read"],
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
    const keys = limits.between(3, 8);
    // Linux mounts believe a file's attributes for 3 s at least and 60 s at most unless told otherwise.
    const attributes = limits.pick([SECOND, 3 * SECOND, 3 * SECOND]);
    return {
      cluster: {
        replicas: 2,
        engine: {
          writeBufferBytes: limits.pick([256, 512, 1024]),
          tableBytes: limits.pick([2048, 8192]),
          blockBytes: limits.pick([512, 4096]),
          bloomBitsPerKey: limits.pick([0, 10]),
          blockCacheBytes: limits.pick([0, 65_536]),
          level0CompactionTrigger: limits.pick([4, 8]),
          level0SlowdownTrigger: 12,
          level0StopTrigger: 16,
          manifestBytes: limits.pick([4096, 65_536]),
        },
      },
      disks: { local: "ssd", shared: "network" },
      network: "rack",
      mount: { attributeCacheMin: attributes, attributeCacheMax: limits.pick([attributes, 60 * SECOND]) },
      clients: [
        writer("writer", random("writer"), {
          keys,
          steps: limits.between(40, 80),
          pause: [0, 400 * MILLISECOND],
          bytes: [30, 120],
          deleteOneIn: 0,
        }),
        ...["reader-1", "reader-2"].map((name) =>
          reader(name, random(name), { keys, steps: limits.between(15, 30), pause: [200 * MILLISECOND, SECOND] }),
        ),
      ],
      limit: 300 * SECOND,
    };
  },
};
