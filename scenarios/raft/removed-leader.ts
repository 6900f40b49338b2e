import { MILLISECOND, SECOND } from "../../host/time.ts";
import { FOR_GOOD } from "../faults/fault.ts";
import { hold } from "../foreseen.ts";
import { machines } from "../machines.ts";
import type { Scenario } from "../scenario.ts";
import { registerClients } from "../workloads/register.ts";
import { CAREFUL } from "./foreseen.ts";

const NODES = 4;
/** When a person lets the leader go. Until then it has become the one that the faults are for. */
const LETS_GO = 800 * MILLISECOND;

/**
 * A person lets the leader go, which has to agree on that with the others: it is cut off while it does, so that it may be the only
 * one to know, and one of the others is lost.
 */
export const removedLeader: Scenario = {
  name: "removed-leader",
  summary: "a person lets the leader of four nodes go, which is cut off before all know, and another is lost",
  claims: [],
  expectations: new Map(hold(...CAREFUL)),

  plan(random) {
    const moments = random("moments");
    const [leader, lost] = random("nodes").shuffle([0, 1, 2, 3]) as [number, number, number, number];
    const on = { role: "node", choice: leader } as const;
    const latency = moments.pick([20, 50]) * MILLISECOND;
    // Whoever lets it go asks how all are, and then the leader, which asks the others: all of it over the slow link.
    const cut = LETS_GO + moments.between(2 * latency, 9 * latency);
    return {
      cluster: { replicas: NODES - 1, engine: {} },
      ...machines("nvme"),
      clients: registerClients(random("clients"), {
        name: "register",
        clients: 3,
        steps: 20,
        keys: 4,
        bytes: [20, 100],
        pause: [0, 300 * MILLISECOND],
        weights: { read: 1, write: 2, delete: 0 },
        readFrom: "primary",
      }),
      faults: [
        {
          at: 100 * MILLISECOND,
          lasts: 0,
          duringWrite: false,
          on,
          fault: { kind: "operator", action: "transfer-leader" },
        },
        {
          at: LETS_GO - 100 * MILLISECOND,
          lasts: SECOND,
          duringWrite: false,
          on,
          fault: { kind: "slow-link", latency },
        },
        { at: LETS_GO, lasts: 0, duringWrite: false, on, fault: { kind: "operator", action: "remove-node" } },
        {
          at: cut,
          lasts: SECOND,
          duringWrite: false,
          on,
          // What it still hears confirms the change; what it then sends is lost.
          fault: { kind: "partition", shape: "outgoing" },
        },
        {
          at: cut,
          lasts: FOR_GOOD,
          duringWrite: false,
          on: { role: "node", choice: lost },
          fault: { kind: moments.pick(["kill", "power-loss"] as const) },
        },
      ],
      healing: { after: cut + 2 * SECOND, core: moments.below(60) },
      limit: 300 * SECOND,
    };
  },
};
