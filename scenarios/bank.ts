import { MILLISECOND, SECOND } from "../host/time.ts";
import { drawCluster } from "./drawn-cluster.ts";
import { drawChaos } from "./faults/chaos.ts";
import type { Scenario } from "./scenario.ts";
import { bankClients } from "./workloads/bank.ts";

/** Money moves between accounts, which are read together: a transfer seen by halves shows in the total. */
export const bank: Scenario = {
  name: "bank",
  summary: "transfers between accounts, whose total must never change",
  claims: [],
  expectations: new Map([
    ["single", { kind: "holds" }],
    ["wal-stream:semi", { kind: "holds" }],
    ["raft:read-index", { kind: "holds" }],
  ]),

  plan(random) {
    const limits = random("limits");
    const steps = limits.between(10, 40);
    const pause = limits.pick([0, 1, 10, 50]) * MILLISECOND;
    return {
      ...drawCluster(limits),
      clients: bankClients(random("bank"), {
        clients: limits.between(2, 5),
        accounts: limits.between(2, 8),
        balance: limits.pick([5, 20, 100]),
        amount: [1, 10],
        steps,
        pause: [0, pause],
        readOneIn: limits.between(2, 5),
        readFrom: "primary",
        headStart: 20 * MILLISECOND,
      }),
      ...drawChaos(random("faults"), { steps, pause }),
      limit: 300 * SECOND,
    };
  },
};
