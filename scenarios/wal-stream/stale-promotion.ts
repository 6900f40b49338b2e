import { MILLISECOND, SECOND } from "../../host/time.ts";
import { FOR_GOOD } from "../faults/fault.ts";
import type { Scenario } from "../scenario.ts";
import { registerClients } from "../workloads/register.ts";
import { hold, violates } from "../foreseen.ts";
import { machines } from "../machines.ts";
import { CAREFUL } from "./foreseen.ts";

/**
 * A replica is cut off from the other nodes while writes go on, and is still so when the primary is lost: to clients, and to
 * the person on call, it looks like the other one. As written, one replica has acknowledged each write, and the document says
 * nothing of which of them is to take over.
 */
export const stalePromotion: Scenario = {
  name: "stale-promotion",
  summary: "one replica is cut off from the other nodes, then the primary is lost, and a person promotes a replica",
  claims: ["WS-8"],
  expectations: new Map([
    ["wal-stream:semi:as-written", violates("lost-write", "WS-8", 20)],
    ...hold(...CAREFUL, "single"),
  ]),

  plan(random) {
    const faults = random("faults");
    const cut = faults.between(20 * MILLISECOND, 60 * MILLISECOND);
    const lost = cut + faults.between(30 * MILLISECOND, 100 * MILLISECOND);
    return {
      cluster: { replicas: 2, engine: {} },
      ...machines("nvme"),
      clients: registerClients(random("clients"), {
        name: "client",
        clients: 3,
        keys: 48,
        steps: 30,
        pause: [0, 10 * MILLISECOND],
        bytes: [20, 100],
        weights: { read: 1, write: 2, delete: 0 },
        readFrom: "primary",
      }),
      faults: [
        {
          at: cut,
          lasts: FOR_GOOD,
          duringWrite: false,
          on: { role: "replica", choice: faults.below(60) },
          fault: { kind: "partition", shape: "from-nodes" },
        },
        {
          at: lost,
          lasts: FOR_GOOD,
          duringWrite: true,
          on: { role: "primary", choice: 0 },
          fault: { kind: faults.pick(["kill", "power-loss"] as const) },
        },
      ],
      onCall: { reaction: 200 * MILLISECOND },
      healing: { after: 60 * SECOND, core: 0 },
      limit: 300 * SECOND,
    };
  },
};
