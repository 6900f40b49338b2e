import { MILLISECOND, SECOND, type Duration } from "../../host/time.ts";
import type { PlannedFault } from "../faults/fault.ts";
import type { Scenario } from "../scenario.ts";
import { READS_ALONE, WRITES_ALONE, registerClients } from "../workloads/register.ts";
import { hold } from "../foreseen.ts";
import { machines } from "../machines.ts";
import { CAREFUL } from "./foreseen.ts";

interface LagOptions {
  readonly name: string;
  readonly summary: string;
  /** The longest pause before a write. */
  readonly pause: Duration;
  /** For how long a replica hears nothing of the other nodes, while clients still read from it. */
  readonly cutOff: Duration;
}

/** How old what replicas answer is, and whether they come to the same once nobody writes: each a load. */
export const replicationLag: readonly Scenario[] = [
  replicationLagOf({
    name: "replication-lag-calm",
    summary: "some hundred writes a second, and reads of replicas",
    pause: 20 * MILLISECOND,
    cutOff: 0,
  }),
  replicationLagOf({
    name: "replication-lag-busy",
    summary: "writes without a pause, and reads of replicas",
    pause: 0,
    cutOff: 0,
  }),
  replicationLagOf({
    name: "replication-lag-cut-off",
    summary: "some hundred writes a second, and reads of replicas, of which one is cut off for 100 ms",
    pause: 20 * MILLISECOND,
    cutOff: 100 * MILLISECOND,
  }),
];

function replicationLagOf({ name, summary, pause, cutOff }: LagOptions): Scenario {
  return {
    name,
    summary,
    claims: ["WS-5"],
    expectations: new Map(hold("single", ...CAREFUL)),

    plan(random) {
      const limits = random("limits");
      const cut: PlannedFault = {
        at: limits.between(30, 80) * MILLISECOND,
        lasts: cutOff,
        duringWrite: false,
        on: { role: "replica", choice: limits.below(60) },
        fault: { kind: "partition", shape: "from-nodes" },
      };
      const common = { keys: limits.between(1, 4), bytes: [20, limits.pick([200, 2000])] } as const;
      return {
        cluster: { replicas: 2, engine: {} },
        ...machines(limits.pick(["nvme", "ssd"])),
        clients: [
          ...registerClients(random("writers"), {
            ...common,
            name: "writer",
            clients: 3,
            steps: 25,
            pause: [0, pause],
            weights: WRITES_ALONE,
            readFrom: "primary",
          }),
          ...registerClients(random("readers"), {
            ...common,
            name: "reader",
            clients: 4,
            steps: 25,
            pause: [0, Math.max(pause, MILLISECOND)],
            weights: READS_ALONE,
            readFrom: "replica",
          }),
        ],
        faults: cutOff === 0 ? [] : [cut],
        healing: { after: 60 * SECOND, core: 0 },
        limit: 100 * SECOND,
      };
    },
  };
}
