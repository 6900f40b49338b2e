import { MILLISECOND, SECOND, type Duration } from "../../host/time.ts";
import { FOR_GOOD } from "../faults/fault.ts";
import type { ClientPlan } from "../plan.ts";
import type { Scenario } from "../scenario.ts";
import { registerClients } from "../workloads/register.ts";
import { hold } from "../foreseen.ts";
import { machines } from "../machines.ts";
import { CAREFUL } from "./foreseen.ts";

/** By then the old primary has come back, and has heard that another leads. */
const SETTLED: Duration = 1_400 * MILLISECOND;

/** How long the old primary writes down what reaches nobody. */
const ALONE: Duration = 80 * MILLISECOND;

/**
 * An old primary comes back with a log that goes on where nobody follows. What it has there says nothing of what the new one
 * writes under the same numbers: which shows when the new one loses its replicas, takes writes, and is lost in turn.
 */
export const returningPrimary: Scenario = {
  name: "returning-primary",
  summary: "an old primary returns with an end of its own, then the new one loses its replicas, and is lost too",
  claims: ["WS-8"],
  expectations: new Map(hold(...CAREFUL)),

  plan(random) {
    // Of both, what fails and when clients come: not of the faults alone.
    const moments = random("moments");
    const first = moments.between(50, 80) * MILLISECOND;
    const cut = SETTLED + moments.between(0, 20 * MILLISECOND);
    const common = { keys: 64, bytes: [20, 100], readFrom: "primary" } as const;
    const weights = { read: 0, write: 1, delete: 0 } as const;
    const late = registerClients(random("late"), {
      ...common,
      name: "late",
      clients: 6,
      steps: 8,
      pause: [0, 5 * MILLISECOND],
      weights,
    });
    return {
      cluster: { replicas: 2, engine: {} },
      ...machines("nvme"),
      clients: [
        ...registerClients(random("early"), {
          ...common,
          name: "early",
          clients: 32,
          steps: 1,
          pause: [0, 150 * MILLISECOND],
          weights,
        }),
        ...late.map((client) => later(client, cut)),
      ],
      faults: [
        {
          at: first,
          lasts: ALONE + 20 * MILLISECOND,
          duringWrite: false,
          on: { role: "primary", choice: 0 },
          fault: { kind: "partition", shape: "from-nodes" },
        },
        {
          at: first + ALONE,
          lasts: moments.between(500, 700) * MILLISECOND,
          duringWrite: false,
          on: { role: "primary", choice: 0 },
          fault: { kind: "kill" },
        },
        {
          at: cut,
          lasts: 100 * MILLISECOND,
          duringWrite: false,
          on: { role: "primary", choice: 0 },
          fault: { kind: "partition", shape: "from-nodes" },
        },
        {
          at: cut + moments.between(20, 60) * MILLISECOND,
          lasts: FOR_GOOD,
          duringWrite: false,
          on: { role: "primary", choice: 0 },
          fault: { kind: moments.pick(["kill", "power-loss"] as const) },
        },
      ],
      onCall: { reaction: 20 * MILLISECOND },
      healing: { after: 60 * SECOND, core: 0 },
      limit: 300 * SECOND,
    };
  },
};

/** The same client, which begins so much later. */
function later(client: ClientPlan, by: Duration): ClientPlan {
  const [first, ...rest] = client.steps;
  return first === undefined ? client : { ...client, steps: [{ ...first, wait: first.wait + by }, ...rest] };
}
