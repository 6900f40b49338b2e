import { SECOND } from "../../host/time.ts";
import type { Scenario } from "../scenario.ts";
import { registerClients } from "../workloads/register.ts";
import { hold } from "../foreseen.ts";
import { CAREFUL } from "./foreseen.ts";
import { FOR_GOOD } from "./primary-failure.ts";

/** One replica is down for as long as clients ask. The primary is well, and so is the other replica. */
export const replicaLost: Scenario = {
  name: "replica-lost",
  summary: "one replica is lost for good; the primary and the other replica are well",
  claims: ["WS-9", "WS-10"],
  expectations: new Map(hold("single", ...CAREFUL)),

  plan(random) {
    const limits = random("limits");
    const faults = random("faults");
    const common = { keys: 8, pause: [0, SECOND], bytes: [100, 200], readFrom: "primary" } as const;
    return {
      cluster: { replicas: 2, engine: {} },
      disks: { local: limits.pick(["nvme", "ssd"]), shared: "network" },
      network: limits.pick(["rack", "region"]),
      mount: { attributeCacheMin: 0, attributeCacheMax: 0 },
      clients: [
        ...registerClients(random("writers"), {
          ...common,
          name: "writer",
          clients: 12,
          steps: 10,
          weights: { read: 0, write: 1, delete: 0 },
        }),
        ...registerClients(random("readers"), {
          ...common,
          name: "reader",
          clients: 6,
          steps: 10,
          weights: { read: 1, write: 0, delete: 0 },
        }),
      ],
      faults: [
        {
          at: faults.between(SECOND, 2 * SECOND),
          lasts: FOR_GOOD,
          duringWrite: false,
          on: { role: "replica", choice: faults.below(60) },
          fault: { kind: faults.pick(["kill", "power-loss"] as const) },
        },
      ],
      healing: { after: 60 * SECOND, core: 0 },
      limit: 300 * SECOND,
    };
  },
};
