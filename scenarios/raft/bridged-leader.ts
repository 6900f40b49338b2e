import { MILLISECOND, SECOND } from "../../host/time.ts";
import { FOR_GOOD } from "../faults/fault.ts";
import { hold } from "../foreseen.ts";
import { machines } from "../machines.ts";
import type { Scenario } from "../scenario.ts";
import { registerClients } from "../workloads/register.ts";
import { CAREFUL } from "./foreseen.ts";

/**
 * Of an even number of nodes, some see the rest only through one that all see. Those that are a majority reach one another, and
 * go on, whoever led before: also where a former leader, of the others, is heard by the one between.
 */
export const bridgedLeader: Scenario = {
  name: "bridged-leader",
  summary: "a majority of nodes reach one another, and one of them the others, of whom one may have led",
  claims: [],
  expectations: new Map(hold(...CAREFUL)),

  plan(random) {
    const moments = random("moments");
    const at = moments.between(200, 500) * MILLISECOND;
    return {
      cluster: { replicas: moments.pick([3, 5]), engine: {} },
      ...machines("nvme", moments.pick(["rack", "region"])),
      clients: registerClients(random("clients"), {
        name: "register",
        clients: 4,
        steps: 20,
        keys: 4,
        bytes: [20, 100],
        pause: [0, 100 * MILLISECOND],
        weights: { read: 1, write: 2, delete: 0 },
        readFrom: "primary",
      }),
      faults: [
        {
          at,
          lasts: FOR_GOOD,
          duringWrite: false,
          on: { role: "replica", choice: moments.below(60) },
          fault: { kind: "partition", shape: "bridge" },
        },
      ],
      healing: { after: at + moments.between(1_000, 3_000) * MILLISECOND, core: moments.below(60) },
      limit: 300 * SECOND,
    };
  },
};
