import { MILLISECOND, SECOND } from "../../host/time.ts";
import type { PlannedFault } from "../faults/fault.ts";
import type { Scenario } from "../scenario.ts";
import { READS_ALONE, WRITES_ALONE, registerClients } from "../workloads/register.ts";
import { hold } from "../foreseen.ts";
import { machines } from "../machines.ts";

/** Those that begin as WAL streaming and become Raft. */
export const UPGRADES = ["upgrade:async", "upgrade:semi"] as const;

interface UpgradeOptions {
  readonly name: string;
  readonly summary: string;
  /** Whether the primary, or who leads by then, fails for some seconds while it goes on. */
  readonly struck: boolean;
}

/** A person takes a cluster from WAL streaming to Raft under load: how long nobody can write, and what is lost. */
export const upgradeToRaft: readonly Scenario[] = [
  upgradeOf({
    name: "upgrade-to-raft",
    summary: "a person takes the cluster to Raft under load, and nothing fails",
    struck: false,
  }),
  upgradeOf({
    name: "upgrade-to-raft-struck",
    summary: "a person takes the cluster to Raft under load, whoever leads fails meanwhile, and it is carried on",
    struck: true,
  }),
];

function upgradeOf({ name, summary, struck }: UpgradeOptions): Scenario {
  return {
    name,
    summary,
    claims: ["WS-11"],
    expectations: new Map(hold(...UPGRADES)),

    plan(random) {
      const limits = random("limits");
      // Far longer than it takes, so that the end of what is asked does not hide how long nobody could write.
      const common = { keys: 64, steps: 150, pause: [0, 200 * MILLISECOND], bytes: [100, 200] } as const;
      const faults = random("faults");
      const at = faults.between(SECOND, 2 * SECOND);
      const upgrade: PlannedFault = {
        at,
        lasts: 0,
        duringWrite: true,
        on: { role: "primary", choice: 0 },
        fault: { kind: "operator", action: "upgrade-to-raft" },
      };
      const loss: PlannedFault = {
        at: at + faults.below(SECOND),
        lasts: faults.between(SECOND, 3 * SECOND),
        duringWrite: false,
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
            clients: 6,
            weights: WRITES_ALONE,
            readFrom: "primary",
          }),
          ...registerClients(random("readers"), {
            ...common,
            name: "reader",
            clients: 1,
            weights: READS_ALONE,
            readFrom: "primary",
          }),
          ...registerClients(random("sessions"), {
            ...common,
            name: "session",
            clients: 1,
            weights: { read: 3, write: 1, delete: 0 },
            readFrom: { role: "replica", fresh: "session" },
          }),
        ],
        faults: struck ? [upgrade, loss] : [upgrade],
        // Who has begun it sees it through.
        ...(struck ? { onCall: { reaction: SECOND } } : {}),
        healing: { after: 60 * SECOND, core: 0 },
        limit: 300 * SECOND,
      };
    },
  };
}
