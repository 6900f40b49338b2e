import { MILLISECOND, SECOND } from "../../host/time.ts";
import type { Scenario } from "../scenario.ts";
import { READS_ALONE, WRITES_ALONE, registerClients } from "../workloads/register.ts";
import { hold, violates } from "../foreseen.ts";
import { machines } from "../machines.ts";
import { CAREFUL } from "./foreseen.ts";

/** Nothing fails: what a read of a node's own storage misses is what has not come to that node yet. */
export const localReads: Scenario = {
  name: "local-reads",
  summary: "nothing fails; clients write, and others read from any node",
  claims: ["RA-2"],
  expectations: new Map([...hold(...CAREFUL), ["raft:as-written", violates("nonlinearizable", "RA-2", 20)]]),

  plan(random) {
    const common = { keys: 3, bytes: [20, 100], pause: [0, 5 * MILLISECOND] } as const;
    return {
      cluster: { replicas: 2, engine: {} },
      ...machines("nvme", random("limits").pick(["rack", "region"])),
      clients: [
        ...registerClients(random("writers"), {
          ...common,
          name: "writer",
          clients: 2,
          steps: 20,
          weights: WRITES_ALONE,
          readFrom: "primary",
        }),
        ...registerClients(random("readers"), {
          ...common,
          name: "reader",
          clients: 3,
          steps: 30,
          weights: READS_ALONE,
          readFrom: "replica",
        }),
      ],
      limit: 100 * SECOND,
    };
  },
};
