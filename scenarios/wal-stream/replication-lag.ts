import { MILLISECOND, SECOND, type Duration } from "../../host/time.ts";
import type { PlannedFault } from "../faults/fault.ts";
import type { Scenario } from "../scenario.ts";
import { registerClients } from "../workloads/register.ts";
import { CAREFUL, hold } from "./foreseen.ts";
import { FOR_GOOD } from "./primary-failure.ts";

interface LagOptions {
  readonly name: string;
  readonly summary: string;
  /** The longest pause before a write. */
  readonly pause: Duration;
  /** What is added to the way to and from each replica. */
  readonly latency: Duration;
}

/** How old what replicas answer is, and whether they come to the same once nobody writes: each a load and a way to replicas. */
export const replicationLag: readonly Scenario[] = [
  replicationLagOf({
    name: "replication-lag-calm",
    summary: "now and then a write, and reads of replicas in the same rack",
    pause: 20 * MILLISECOND,
    latency: 0,
  }),
  replicationLagOf({
    name: "replication-lag-busy",
    summary: "writes without a pause, and reads of replicas in the same rack",
    pause: 0,
    latency: 0,
  }),
  replicationLagOf({
    name: "replication-lag-far",
    summary: "writes with short pauses, and reads of replicas that are 20 ms away",
    pause: 4 * MILLISECOND,
    latency: 20 * MILLISECOND,
  }),
];

function replicationLagOf({ name, summary, pause, latency }: LagOptions): Scenario {
  const slow: PlannedFault = {
    at: 0,
    lasts: FOR_GOOD,
    duringWrite: false,
    on: { role: "replica", choice: 0, count: 4 },
    fault: { kind: "slow-link", latency },
  };
  return {
    name,
    summary,
    claims: ["WS-5"],
    expectations: new Map(hold("single", ...CAREFUL)),

    plan(random) {
      const limits = random("limits");
      const common = { keys: limits.between(1, 4), bytes: [20, limits.pick([200, 2000])] } as const;
      return {
        cluster: { replicas: 2, engine: {} },
        disks: { local: limits.pick(["nvme", "ssd"]), shared: "network" },
        network: "rack",
        mount: { attributeCacheMin: 0, attributeCacheMax: 0 },
        clients: [
          ...registerClients(random("writers"), {
            ...common,
            name: "writer",
            clients: 3,
            steps: 25,
            pause: [0, pause],
            weights: { read: 0, write: 1, delete: 0 },
            readFrom: "primary",
          }),
          ...registerClients(random("readers"), {
            ...common,
            name: "reader",
            clients: 4,
            steps: 25,
            pause: [0, Math.max(pause, MILLISECOND)],
            weights: { read: 1, write: 0, delete: 0 },
            readFrom: "replica",
          }),
        ],
        faults: latency === 0 ? [] : [slow],
        healing: { after: 60 * SECOND, core: 0 },
        limit: 100 * SECOND,
      };
    },
  };
}
