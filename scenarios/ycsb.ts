import { MILLISECOND, SECOND } from "../host/time.ts";
import { drawCluster } from "./drawn-cluster.ts";
import type { Scenario } from "./scenario.ts";
import { ycsbClients } from "./workloads/ycsb.ts";

/**
 * One of YCSB's workloads A to F, drawn, with reads on replicas: the traffic that a cache, a feed or a session store makes.
 * On a shared disk the loading alone makes the primary compact under the reading replicas.
 */
export const ycsb: Scenario = {
  name: "ycsb",
  summary: "YCSB's workloads A to F, read from replicas",
  claims: ["SD-2"],
  expectations: new Map([
    ["single", { kind: "holds" }],
    [
      "shared-disk:as-written",
      {
        kind: "violates",
        finding: "table-vanished",
        claim: "SD-2",
        withinSeeds: 100,
        // Refused with ESTALE: a replica that was reading CURRENT while the primary put another in its place.
        also: ["table-stale", "stale-version", "unflushed-read", "read-refused"],
      },
    ],
  ]),

  plan(random) {
    const limits = random("limits");
    const workload = limits.pick(["A", "B", "C", "D", "E", "F"] as const);
    return {
      ...drawCluster(limits),
      clients: ycsbClients(workload, random("ycsb"), {
        clients: limits.between(2, 4),
        records: limits.between(10, 40),
        steps: limits.between(20, 50),
        bytes: limits.pick([20, 100]),
        pause: [0, limits.pick([0, 1, 10]) * MILLISECOND],
        distribution: limits.pick([undefined, undefined, undefined, "uniform"]),
        scanLength: [1, 20],
        readFrom: "replica",
      }),
      faults: [],
      limit: 300 * SECOND,
    };
  },
};
