import { MILLISECOND, SECOND } from "../../host/time.ts";
import type { Scenario } from "../scenario.ts";
import { registerClients } from "../workloads/register.ts";
import { hold, violates } from "../foreseen.ts";
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
      disks: { local: "nvme", shared: "network" },
      network: random("limits").pick(["rack", "region"]),
      mount: { attributeCacheMin: 0, attributeCacheMax: 0 },
      clients: [
        ...registerClients(random("writers"), {
          ...common,
          name: "writer",
          clients: 2,
          steps: 20,
          weights: { read: 0, write: 1, delete: 0 },
          readFrom: "primary",
        }),
        ...registerClients(random("readers"), {
          ...common,
          name: "reader",
          clients: 3,
          steps: 30,
          weights: { read: 1, write: 0, delete: 0 },
          readFrom: "replica",
        }),
      ],
      limit: 100 * SECOND,
    };
  },
};
