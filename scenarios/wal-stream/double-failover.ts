import { MILLISECOND, SECOND } from "../../host/time.ts";
import type { PlannedFault } from "../faults/fault.ts";
import type { Scenario } from "../scenario.ts";
import { registerClients } from "../workloads/register.ts";
import { hold } from "../foreseen.ts";
import { machines } from "../machines.ts";
import { CAREFUL } from "./foreseen.ts";

/**
 * Every node is primary once, each for a short time: what one acknowledges must be with whoever leads next, before all that the
 * former one left open is settled.
 */
export const doubleFailover: Scenario = {
  name: "double-failover",
  summary: "one primary after another fails for a short time, and a person promotes at once",
  claims: ["WS-8"],
  expectations: new Map(hold(...CAREFUL, "single")),

  plan(random) {
    const limits = random("limits");
    const faults = random("faults");
    let at = 0;
    const strikes = Array.from({ length: 5 }, (): PlannedFault => {
      at += faults.between(100, 700) * MILLISECOND;
      return {
        at,
        lasts: faults.between(50, 900) * MILLISECOND,
        duringWrite: true,
        on: { role: "primary", choice: 0 },
        fault: faults.chance(1, 3)
          ? { kind: "partition", shape: faults.pick(["from-nodes", "isolate"]) }
          : { kind: faults.pick(["kill", "power-loss"]) },
      };
    });
    return {
      cluster: { replicas: 2, engine: {} },
      ...machines(limits.pick(["nvme", "ssd"]), limits.pick(["rack", "region"])),
      clients: registerClients(random("clients"), {
        name: "client",
        clients: 6,
        keys: 24,
        steps: 40,
        pause: [0, 100 * MILLISECOND],
        bytes: [20, 100],
        weights: { read: 1, write: 3, delete: 0 },
        readFrom: "primary",
      }),
      faults: strikes,
      onCall: { reaction: 20 * MILLISECOND },
      healing: { after: 60 * SECOND, core: 0 },
      limit: 300 * SECOND,
    };
  },
};
