import { MILLISECOND, SECOND } from "../../host/time.ts";
import type { Scenario } from "../scenario.ts";
import { WRITES_ALONE, registerClients } from "../workloads/register.ts";
import { hold, violates } from "../foreseen.ts";
import { machines } from "../machines.ts";
import { CAREFUL } from "./foreseen.ts";

/**
 * The leader loses the other nodes while clients still reach it. As written it answers what it has proposed; the others elect
 * another leader meanwhile, whose log takes the place of its own.
 */
export const earlyAnswers: Scenario = {
  name: "early-answers",
  summary: "the leader is cut off from the other nodes, clients go on writing, and another is elected",
  claims: ["RA-9"],
  expectations: new Map([
    ...hold(...CAREFUL),
    ["raft:as-written", violates("lost-write", "RA-9", 20, "nonlinearizable", "resurrected-value")],
  ]),

  plan(random) {
    const faults = random("faults");
    // So many keys that hardly one is written twice: a write that was lost is not hidden by the next.
    const common = { keys: 1000, bytes: [20, 100] } as const;
    return {
      cluster: { replicas: 2, engine: {} },
      ...machines("nvme"),
      clients: registerClients(random("writers"), {
        ...common,
        name: "writer",
        clients: 4,
        steps: 30,
        pause: [0, 100 * MILLISECOND],
        weights: WRITES_ALONE,
        readFrom: "primary",
      }),
      faults: [
        {
          at: faults.between(100 * MILLISECOND, 300 * MILLISECOND),
          lasts: 3 * SECOND,
          duringWrite: false,
          on: { role: "leader", choice: 0 },
          fault: { kind: "partition", shape: "from-nodes" },
        },
      ],
      healing: { after: 10 * SECOND, core: 0 },
      limit: 300 * SECOND,
    };
  },
};
