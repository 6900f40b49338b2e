import { MILLISECOND, SECOND } from "../../host/time.ts";
import type { Expectation, Scenario } from "../scenario.ts";
import { writer } from "../workloads/register.ts";
import { scanClients } from "../workloads/scan.ts";
import { foresees } from "./foreseen.ts";

/**
 * Problem 1 of the document, its first form: a replica is in the middle of reading a table when the primary deletes it. Scans
 * take many reads of tables that are open already; writes make the primary compact all the while.
 */
export const openTable: Scenario = {
  name: "open-table",
  summary: "replicas scan tables that they have open while the primary compacts and deletes them",
  claims: ["SD-25"],
  expectations: new Map<string, Expectation>([
    ["shared-disk:as-written", foresees("table-stale", "SD-25", 20)],
    ["shared-disk:as-written+posix-disk", foresees("unflushed-read", "SD-6", 10)],
    ["single", { kind: "holds" }],
  ]),

  plan(random) {
    const limits = random("limits");
    const keys = limits.between(30, 60);
    const attributes = limits.pick([0, 0, 100]) * MILLISECOND;
    return {
      cluster: {
        replicas: 2,
        engine: {
          writeBufferBytes: limits.pick([4096, 8192]),
          tableBytes: 65_536,
          blockBytes: limits.pick([512, 4096]),
          blockCacheBytes: 0,
          level0CompactionTrigger: 2,
          level1Bytes: 32_768,
        },
      },
      disks: { local: "ssd", shared: "network" },
      network: "rack",
      mount: { attributeCacheMin: attributes, attributeCacheMax: attributes },
      clients: [
        writer("writer", random("writer"), {
          keys,
          steps: limits.between(80, 120),
          pause: [0, 4 * MILLISECOND],
          bytes: [300, 1200],
          deleteOneIn: 0,
        }),
        ...scanClients(random("scans"), {
          clients: 3,
          keys: 8,
          steps: 60,
          pause: [0, 80 * MILLISECOND],
          limit: [20, 60],
          readFrom: "replica",
        }),
      ],
      limit: 300 * SECOND,
    };
  },
};
