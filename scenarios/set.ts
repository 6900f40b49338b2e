import { MILLISECOND, SECOND } from "../host/time.ts";
import { drawCluster } from "./drawn-cluster.ts";
import { drawChaos } from "./faults/chaos.ts";
import type { Scenario } from "./scenario.ts";
import { setClients } from "./workloads/set.ts";

/** Several clients add elements to the same sets, and read them whole: an element that was acknowledged must stay. */
export const set: Scenario = {
  name: "set",
  summary: "sets that several clients add elements to",
  claims: [],
  expectations: new Map([
    ["single", { kind: "holds" }],
    ["wal-stream:async", { kind: "holds" }],
    ["raft:read-index", { kind: "holds" }],
  ]),

  plan(random) {
    const limits = random("limits");
    const steps = limits.between(10, 40);
    const pause = limits.pick([0, 1, 10, 50]) * MILLISECOND;
    return {
      ...drawCluster(limits),
      clients: setClients(random("set"), {
        clients: limits.between(2, 5),
        keys: limits.between(1, 2),
        steps,
        pause: [0, pause],
        readOneIn: limits.between(2, 8),
        readFrom: "primary",
      }),
      ...drawChaos(random("faults"), { steps, pause }),
      limit: 300 * SECOND,
    };
  },
};
