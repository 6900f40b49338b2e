import { MILLISECOND, SECOND, type Duration } from "../../host/time.ts";
import type { Scenario } from "../scenario.ts";
import { WRITES_ALONE, registerClients } from "../workloads/register.ts";
import { hold } from "../foreseen.ts";
import { machines } from "../machines.ts";
import { CAREFUL } from "./foreseen.ts";
import { primaryLost } from "./primary-failure.ts";

interface LoadOptions {
  readonly name: string;
  readonly summary: string;
  readonly writers: number;
  /** The longest pause before a write. */
  readonly pause: Duration;
  /** How long before the primary is lost its replicas are cut off. */
  readonly cutOff: Duration;
}

/** How many acknowledged writes are gone after a failover: each a load, and a time for which replicas heard nothing. */
export const failoverLoss: readonly Scenario[] = [
  failoverLossOf({
    name: "failover-loss-calm",
    summary: "some hundred writes a second, and the primary is lost",
    writers: 2,
    pause: 20 * MILLISECOND,
    cutOff: 0,
  }),
  failoverLossOf({
    name: "failover-loss-busy",
    summary: "some thousand writes a second, and the primary is lost",
    writers: 8,
    pause: 2 * MILLISECOND,
    cutOff: 0,
  }),
  failoverLossOf({
    name: "failover-loss-calm-cut-off",
    summary: "some hundred writes a second, and the primary is lost 50 ms after it has lost its replicas",
    writers: 2,
    pause: 20 * MILLISECOND,
    cutOff: 50 * MILLISECOND,
  }),
  failoverLossOf({
    name: "failover-loss-busy-cut-off",
    summary: "some thousand writes a second, and the primary is lost 50 ms after it has lost its replicas",
    writers: 8,
    pause: 2 * MILLISECOND,
    cutOff: 50 * MILLISECOND,
  }),
];

function failoverLossOf({ name, summary, writers, pause, cutOff }: LoadOptions): Scenario {
  return {
    name,
    summary,
    claims: ["WS-7"],
    expectations: new Map(hold(...CAREFUL)),

    plan(random) {
      const steps = 80;
      // While all clients still have something to ask.
      const half = Math.floor((steps * pause) / 4);
      return {
        cluster: { replicas: 2, engine: {} },
        ...machines("nvme"),
        clients: registerClients(random("writers"), {
          name: "writer",
          clients: writers,
          keys: 512,
          steps,
          pause: [0, pause],
          bytes: [100, 200],
          weights: WRITES_ALONE,
          readFrom: "primary",
        }),
        ...primaryLost(random("faults"), { within: [Math.max(half, cutOff), Math.max(half, cutOff) + half], cutOff }),
        limit: 100 * SECOND,
      };
    },
  };
}
