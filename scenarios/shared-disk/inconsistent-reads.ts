import { MILLISECOND, SECOND } from "../../host/time.ts";
import type { Expectation, Scenario } from "../scenario.ts";
import { drawTarget, keyName } from "../workloads/draw.ts";
import { writer } from "../workloads/register.ts";
import { foresees } from "./foreseen.ts";

/**
 * What the document calls inconsistent data, told apart: replicas answer scans of all registers while the primary flushes and
 * compacts, so that each answer can be held against the order of writes.
 */
export const inconsistentReads: Scenario = {
  name: "inconsistent-reads",
  summary: "replicas answer scans of everything while files change: stale, mixed or partial",
  claims: ["SD-27"],
  expectations: new Map<string, Expectation>([
    ["shared-disk:as-written", foresees("table-vanished", "SD-2", 50)],
    ["single", { kind: "holds" }],
  ]),

  plan(random) {
    const limits = random("limits");
    const keys = limits.between(8, 20);
    const attributes = limits.pick([0, 100, 1000]) * MILLISECOND;
    const scans = (name: string) => {
      const stream = random(name);
      const steps = Array.from({ length: 30 }, () => ({
        wait: stream.between(0, 60 * MILLISECOND),
        operation: { op: "scan", from: keyName(0), limit: 100 } as const,
        target: drawTarget(stream, "replica"),
      }));
      return { name, workload: "register" as const, steps };
    };
    return {
      cluster: {
        replicas: 2,
        engine: {
          writeBufferBytes: limits.pick([512, 1024, 4096]),
          tableBytes: limits.pick([1024, 8192]),
          blockBytes: limits.pick([128, 4096]),
          blockCacheBytes: limits.pick([0, 65_536]),
          maxOpenTables: limits.pick([1, 64]),
          level0CompactionTrigger: limits.pick([2, 4]),
          level1Bytes: limits.pick([2048, 8192]),
          manifestBytes: limits.pick([512, 65_536]),
        },
      },
      disks: { local: "ssd", shared: "network" },
      network: "rack",
      mount: { attributeCacheMin: attributes, attributeCacheMax: attributes * limits.pick([1, 10]) },
      clients: [
        writer("writer", random("writer"), {
          keys,
          steps: limits.between(60, 120),
          pause: [0, limits.pick([5, 20]) * MILLISECOND],
          bytes: [20, 120],
          deleteOneIn: limits.pick([0, 10]),
        }),
        scans("scanner-1"),
        scans("scanner-2"),
      ],
      limit: 300 * SECOND,
    };
  },
};
