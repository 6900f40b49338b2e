import type { RandomStream } from "../../host/random.ts";
import { MILLISECOND, SECOND } from "../../host/time.ts";
import { isReadOnly } from "../../topologies/operation.ts";
import type { SyncMode } from "../../topologies/topology.ts";
import type { ClientPlan } from "../plan.ts";
import type { Scenario } from "../scenario.ts";
import { WRITES_ALONE, registerClients } from "../workloads/register.ts";
import { hold } from "../foreseen.ts";
import { machines } from "../machines.ts";
import { CAREFUL } from "./foreseen.ts";

const LEVELS: readonly SyncMode[] = ["async", "semi", "full"];

/** The same clients, each of whose changes asks for whose acknowledgement it waits: the document's `put_with_sync`. */
export function withChosenSync(random: RandomStream, clients: readonly ClientPlan[]): ClientPlan[] {
  return clients.map((client) => ({
    ...client,
    steps: client.steps.map((step) => (isReadOnly(step.operation) ? step : { ...step, sync: random.pick(LEVELS) })),
  }));
}

/** How a choice for each write turns out: alone, and among others that have chosen otherwise. */
export const chosenSync: readonly Scenario[] = [
  chosenSyncOf("chosen-sync", "one client chooses for each write whose acknowledgement it waits for", 1, 60),
  chosenSyncOf(
    "chosen-sync-crowd",
    "many clients at once choose for each write whose acknowledgement they wait for",
    8,
    10,
  ),
];

/** Nothing fails. Machines are zones apart and disks fast, so that it is acknowledgements that clients wait for. */
function chosenSyncOf(name: string, summary: string, clients: number, steps: number): Scenario {
  return {
    name,
    summary,
    claims: ["WS-3"],
    expectations: new Map(hold("single", ...CAREFUL)),

    plan(random) {
      const limits = random("limits");
      return {
        cluster: { replicas: 2, engine: {} },
        ...machines("nvme", "region"),
        clients: withChosenSync(
          random("levels"),
          registerClients(random("writers"), {
            name: "writer",
            clients,
            keys: 64,
            steps,
            pause: [0, MILLISECOND],
            bytes: [100, limits.pick([200, 1000])],
            weights: WRITES_ALONE,
            readFrom: "primary",
          }),
        ),
        limit: 100 * SECOND,
      };
    },
  };
}
