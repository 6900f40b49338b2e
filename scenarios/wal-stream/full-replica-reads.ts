import { MILLISECOND, SECOND } from "../../host/time.ts";
import type { Scenario } from "../scenario.ts";
import { READS_ALONE, registerClients } from "../workloads/register.ts";
import { hold, violates } from "../foreseen.ts";
import { machines } from "../machines.ts";
import { CAREFUL } from "./foreseen.ts";

/**
 * Every replica acknowledges every write, and nothing fails. Yet one replica shows a write before another does: the document's
 * "strongly consistent" is put to the test by those who read from replicas.
 */
export const fullReplicaReads: Scenario = {
  name: "full-replica-reads",
  summary: "clients write, and read from the primary and from replicas; nothing fails",
  claims: ["WS-9"],
  expectations: new Map([
    ["wal-stream:full:as-written", violates("nonlinearizable", "WS-9", 20)],
    ...hold(...CAREFUL, "single"),
  ]),

  plan(random) {
    const limits = random("limits");
    const common = { keys: limits.between(1, 3), pause: [0, 2 * MILLISECOND], bytes: [20, 100] } as const;
    return {
      cluster: { replicas: 2, engine: {} },
      ...machines(limits.pick(["nvme", "ssd"]), limits.pick(["rack", "region"])),
      clients: [
        ...registerClients(random("writers"), {
          ...common,
          name: "writer",
          clients: 2,
          steps: 20,
          weights: { read: 1, write: 4, delete: 0 },
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
