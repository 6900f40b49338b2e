import { SECOND, type Duration } from "../../host/time.ts";
import { FOR_GOOD, type PlannedFault } from "../faults/fault.ts";
import type { Scenario } from "../scenario.ts";
import { READS_ALONE, WRITES_ALONE, registerClients } from "../workloads/register.ts";
import { hold } from "../foreseen.ts";
import { machines } from "../machines.ts";
import { CAREFUL } from "./foreseen.ts";

interface PrimaryLostOptions {
  readonly name: string;
  readonly summary: string;
  /** From the first sign until a person acts; undefined: nobody is on call. */
  readonly reaction: Duration | undefined;
  /** For how long clients ask. */
  readonly span: Duration;
}

/** The primary is lost, and comes back only when clients are done: each a person on call who reacts in another time. */
export const primaryLostScenarios: readonly Scenario[] = [
  primaryLostOf({
    name: "primary-lost-unattended",
    summary: "the primary is lost for good, and nobody is on call",
    reaction: undefined,
    span: 8 * SECOND,
  }),
  primaryLostOf({
    name: "primary-lost-1s",
    summary: "the primary is lost for good, and a person reacts within a second",
    reaction: SECOND,
    span: 8 * SECOND,
  }),
  primaryLostOf({
    name: "primary-lost-10s",
    summary: "the primary is lost for good, and a person reacts within ten seconds",
    reaction: 10 * SECOND,
    span: 20 * SECOND,
  }),
];

/** Nothing heals: what clients could do by themselves, and what people did for them, is all that counts. */
function primaryLostOf({ name, summary, reaction, span }: PrimaryLostOptions): Scenario {
  return {
    name,
    summary,
    claims: ["WS-6", "WS-10"],
    expectations: new Map(hold("single", ...CAREFUL)),

    plan(random) {
      const limits = random("limits");
      const steps = 12;
      const pause = Math.floor((2 * span) / steps);
      const common = { keys: 8, steps, pause: [0, pause], bytes: [100, 200] } as const;
      const faults = random("faults");
      const lost: PlannedFault = {
        at: faults.between(SECOND, 2 * SECOND),
        lasts: FOR_GOOD,
        duringWrite: faults.chance(1, 2),
        on: { role: "primary", choice: 0 },
        fault: { kind: faults.pick(["kill", "power-loss"] as const) },
      };
      return {
        cluster: { replicas: 2, engine: {} },
        ...machines(limits.pick(["nvme", "ssd"]), limits.pick(["rack", "region"])),
        clients: [
          ...registerClients(random("writers"), {
            ...common,
            name: "writer",
            clients: 16,
            weights: WRITES_ALONE,
            readFrom: "primary",
          }),
          ...registerClients(random("readers"), {
            ...common,
            name: "reader",
            clients: 8,
            weights: READS_ALONE,
            readFrom: "replica",
          }),
        ],
        faults: [lost],
        ...(reaction === undefined ? {} : { onCall: { reaction } }),
        limit: 300 * SECOND,
      };
    },
  };
}
