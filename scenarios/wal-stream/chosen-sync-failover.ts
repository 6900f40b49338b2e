import { MILLISECOND, SECOND } from "../../host/time.ts";
import type { Scenario } from "../scenario.ts";
import { WRITES_ALONE, registerClients } from "../workloads/register.ts";
import { withChosenSync } from "./chosen-sync.ts";
import { hold } from "../foreseen.ts";
import { machines } from "../machines.ts";
import { CAREFUL } from "./foreseen.ts";
import { primaryLost } from "./primary-failure.ts";

/**
 * Whether a choice for each write is kept when it counts: the primary loses its replicas, then it is lost itself, and a person has
 * the most advanced of the replicas take over.
 */
export const chosenSyncFailover: Scenario = {
  name: "chosen-sync-failover",
  summary:
    "a client chooses for each write whose acknowledgement it waits for; replicas are cut off, and the primary is lost",
  claims: ["WS-3"],
  expectations: new Map(hold(...CAREFUL)),

  plan(random) {
    const steps = 60;
    return {
      cluster: { replicas: 2, engine: {} },
      ...machines("nvme"),
      clients: withChosenSync(
        random("levels"),
        registerClients(random("writers"), {
          name: "writer",
          clients: 1,
          keys: 64,
          steps,
          pause: [0, 10 * MILLISECOND],
          bytes: [100, 200],
          weights: WRITES_ALONE,
          readFrom: "primary",
        }),
      ),
      ...primaryLost(random("faults"), { within: [60 * MILLISECOND, 240 * MILLISECOND], cutOff: 30 * MILLISECOND }),
      limit: 100 * SECOND,
    };
  },
};
