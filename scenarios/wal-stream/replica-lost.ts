import { SECOND } from "../../host/time.ts";
import { FOR_GOOD } from "../faults/fault.ts";
import type { Scenario } from "../scenario.ts";
import { READS_ALONE, WRITES_ALONE, registerClients } from "../workloads/register.ts";
import { hold } from "../foreseen.ts";
import { machines } from "../machines.ts";
import { CAREFUL } from "./foreseen.ts";

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
      ...machines(limits.pick(["nvme", "ssd"]), limits.pick(["rack", "region"])),
      clients: [
        ...registerClients(random("writers"), {
          ...common,
          name: "writer",
          clients: 12,
          steps: 10,
          weights: WRITES_ALONE,
        }),
        ...registerClients(random("readers"), {
          ...common,
          name: "reader",
          clients: 6,
          steps: 10,
          weights: READS_ALONE,
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
