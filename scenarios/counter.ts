import { MILLISECOND, SECOND } from "../host/time.ts";
import { drawCluster } from "./drawn-cluster.ts";
import { drawChaos } from "./faults/chaos.ts";
import type { Scenario } from "./scenario.ts";
import { counterClients } from "./workloads/counter.ts";

/** Several clients add to the same counters: whoever reads, adds and writes back without care loses some of it. */
export const counter: Scenario = {
  name: "counter",
  summary: "counters that several clients add to",
  claims: [],
  expectations: new Map([
    ["single", { kind: "holds" }],
    ["raft:read-index", { kind: "holds" }],
  ]),

  plan(random) {
    const limits = random("limits");
    const steps = limits.between(10, 40);
    const pause = limits.pick([0, 1, 10, 50]) * MILLISECOND;
    return {
      ...drawCluster(limits),
      clients: counterClients(random("counter"), {
        clients: limits.between(2, 5),
        keys: limits.between(1, 3),
        steps,
        pause: [0, pause],
        delta: limits.pick([
          [1, 5],
          [-5, 5],
        ]),
        readOneIn: limits.between(2, 6),
        readFrom: "primary",
      }),
      ...drawChaos(random("faults"), { steps, pause }),
      limit: 300 * SECOND,
    };
  },
};
