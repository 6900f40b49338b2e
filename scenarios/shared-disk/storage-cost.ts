import { MILLISECOND, SECOND } from "../../host/time.ts";
import type { Scenario } from "../scenario.ts";
import { registerClients } from "../workloads/register.ts";
import { LOCAL_DISK } from "./storage-media.ts";

/** Problem 5 of the document, "cost is high": what machines, devices and networks are asked for by ordinary traffic. */
export const storageCost: Scenario = {
  name: "storage-cost",
  summary: "unhurried reads and writes, flushes and compactions: what they take of disks and networks",
  claims: ["SD-15", "SD-24"],
  expectations: new Map([
    [
      "shared-disk:as-written",
      {
        kind: "violates",
        finding: "table-vanished",
        claim: "SD-2",
        withinSeeds: 60,
        also: ["table-stale", "stale-version", "read-refused"],
      },
    ],
    ["shared-disk:careful", { kind: "holds" }],
    ["wal-stream:semi", { kind: "holds" }],
    ["raft:read-index", { kind: "holds" }],
    ["single", { kind: "holds" }],
  ]),

  plan(random) {
    const limits = random("limits");
    const attributes = limits.pick([10, 100, 500]) * MILLISECOND;
    return {
      cluster: {
        replicas: 2,
        engine: {
          writeBufferBytes: limits.pick([2048, 8192]),
          tableBytes: 8192,
          level0CompactionTrigger: 4,
          level1Bytes: 16_384,
        },
      },
      disks: { local: LOCAL_DISK, shared: "network" },
      network: "rack",
      mount: { attributeCacheMin: attributes, attributeCacheMax: attributes },
      clients: registerClients(random("clients"), {
        clients: 4,
        keys: limits.between(10, 40),
        steps: limits.between(30, 50),
        pause: [0, 20 * MILLISECOND],
        bytes: [50, 400],
        weights: { read: 2, write: 2, delete: 0 },
        readFrom: "replica",
      }),
      limit: 300 * SECOND,
    };
  },
};
