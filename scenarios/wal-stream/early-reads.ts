import { MILLISECOND, SECOND } from "../../host/time.ts";
import { FOR_GOOD } from "../faults/fault.ts";
import type { Scenario } from "../scenario.ts";
import { READS_ALONE, WRITES_ALONE, registerClients } from "../workloads/register.ts";
import { hold, violates } from "../foreseen.ts";
import { machines } from "../machines.ts";
import { CAREFUL } from "./foreseen.ts";

/**
 * No replica can be reached when the primary takes its last writes, and then the primary is lost. As written, others have
 * read by then what nobody has acknowledged, and what is gone with the primary.
 */
export const earlyReads: Scenario = {
  name: "early-reads",
  summary: "replicas are cut off from the primary, others read what it has just written, and the primary is lost",
  claims: ["WS-8", "WS-9"],
  expectations: new Map([
    ["wal-stream:full:as-written", violates("nonlinearizable", "WS-9", 20)],
    ...hold("wal-stream:semi:as-written", ...CAREFUL),
  ]),

  plan(random) {
    const faults = random("faults");
    const cut = faults.between(20 * MILLISECOND, 60 * MILLISECOND);
    const lost = cut + faults.between(10 * MILLISECOND, 100 * MILLISECOND);
    const common = { keys: 12, pause: [0, 8 * MILLISECOND], bytes: [20, 100], readFrom: "primary" } as const;
    return {
      cluster: { replicas: 2, engine: {} },
      ...machines("nvme"),
      clients: [
        ...registerClients(random("writers"), {
          ...common,
          name: "writer",
          clients: 4,
          steps: 14,
          weights: WRITES_ALONE,
        }),
        ...registerClients(random("readers"), {
          ...common,
          name: "reader",
          clients: 3,
          steps: 40,
          weights: READS_ALONE,
        }),
      ],
      faults: [
        {
          at: cut,
          lasts: lost - cut + 20 * MILLISECOND,
          duringWrite: false,
          on: { role: "primary", choice: 0 },
          fault: { kind: "partition", shape: "from-nodes" },
        },
        {
          at: lost,
          lasts: FOR_GOOD,
          duringWrite: false,
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
