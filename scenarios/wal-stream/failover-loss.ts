import { MILLISECOND, SECOND, type Duration } from "../../host/time.ts";
import type { NetworkProfileName } from "../../sim/network/profile.ts";
import type { Scenario } from "../scenario.ts";
import { registerClients } from "../workloads/register.ts";
import { CAREFUL, hold } from "./foreseen.ts";
import { primaryLost } from "./primary-failure.ts";

interface LoadOptions {
  readonly name: string;
  readonly summary: string;
  readonly writers: number;
  /** The longest pause before a write. */
  readonly pause: Duration;
  readonly network: NetworkProfileName;
  /** What is added to the way to and from each replica. */
  readonly lag: Duration;
}

/** How many acknowledged writes are gone after a failover: each a load and a way to replicas. */
export const failoverLoss: readonly Scenario[] = [
  failoverLossOf({
    name: "failover-loss-calm",
    summary: "now and then a write, replicas in the same rack, and the primary is lost",
    writers: 2,
    pause: 20 * MILLISECOND,
    network: "rack",
    lag: 0,
  }),
  failoverLossOf({
    name: "failover-loss-busy",
    summary: "some thousand writes a second, replicas in the same rack, and the primary is lost",
    writers: 8,
    pause: 2 * MILLISECOND,
    network: "rack",
    lag: 0,
  }),
  failoverLossOf({
    name: "failover-loss-calm-lagging",
    summary: "now and then a write, replicas that hear of it 50 ms later, and the primary is lost",
    writers: 2,
    pause: 20 * MILLISECOND,
    network: "rack",
    lag: 50 * MILLISECOND,
  }),
  failoverLossOf({
    name: "failover-loss-lagging",
    summary: "some thousand writes a second, replicas that hear of them 50 ms later, and the primary is lost",
    writers: 8,
    pause: 2 * MILLISECOND,
    network: "rack",
    lag: 50 * MILLISECOND,
  }),
];

function failoverLossOf({ name, summary, writers, pause, network, lag }: LoadOptions): Scenario {
  return {
    name,
    summary,
    claims: ["WS-7"],
    expectations: new Map(hold("single", ...CAREFUL)),

    plan(random) {
      const steps = 60;
      // While most clients still have something to ask.
      const span = Math.floor((steps * pause) / 4);
      return {
        cluster: { replicas: 2, engine: {} },
        disks: { local: "nvme", shared: "network" },
        network,
        mount: { attributeCacheMin: 0, attributeCacheMax: 0 },
        clients: registerClients(random("writers"), {
          name: "writer",
          clients: writers,
          keys: 512,
          steps,
          pause: [0, pause],
          bytes: [100, 200],
          weights: { read: 0, write: 1, delete: 0 },
          readFrom: "primary",
        }),
        ...primaryLost(random("faults"), { within: [span, 2 * span], lag }),
        limit: 100 * SECOND,
      };
    },
  };
}
