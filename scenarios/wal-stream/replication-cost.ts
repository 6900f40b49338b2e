import { MILLISECOND, SECOND } from "../../host/time.ts";
import type { NetworkProfileName } from "../../sim/network/profile.ts";
import type { DiskProfileName } from "../cluster.ts";
import type { Scenario } from "../scenario.ts";
import { READS_ALONE, WRITES_ALONE, registerClients } from "../workloads/register.ts";
import { hold } from "../foreseen.ts";
import { machines } from "../machines.ts";
import { CAREFUL } from "./foreseen.ts";

/** What machines are like. */
interface Profile {
  readonly network: NetworkProfileName;
  readonly disk: DiskProfileName;
}

/** Networks and disks on which the price of an acknowledgement is looked at: from the fastest to the slowest. */
export const COST_PROFILES = [
  { network: "rack", disk: "nvme" },
  { network: "rack", disk: "ssd" },
  { network: "region", disk: "ssd" },
  { network: "cross-region", disk: "ssd" },
] as const satisfies readonly Profile[];

export function replicationCostOn({ network, disk }: Profile): string {
  return `replication-cost-${network}-${disk}`;
}

/**
 * What a write costs on machines of one kind: nothing fails, nothing compacts, and there are so few clients that nobody waits
 * for anybody. What clients wait for beyond a single node is replication, and so is what is sent and written for them.
 */
export const replicationCost: readonly Scenario[] = COST_PROFILES.map((profile) => ({
  name: replicationCostOn(profile),
  summary: `unhurried writes and reads, nothing fails; network ${profile.network}, disks ${profile.disk}`,
  claims: ["WS-1", "WS-9"],
  expectations: new Map(hold("single", ...CAREFUL, "raft:read-index")),

  plan(random) {
    const limits = random("limits");
    const common = {
      keys: 32,
      pause: [0, 4 * MILLISECOND],
      bytes: [100, limits.pick([200, 1000])],
    } as const;
    return {
      cluster: { replicas: 2, engine: {} },
      ...machines(profile.disk, profile.network),
      clients: [
        ...registerClients(random("writers"), {
          ...common,
          name: "writer",
          clients: 3,
          steps: 25,
          weights: WRITES_ALONE,
          readFrom: "primary",
        }),
        ...(["primary", "replica"] as const).flatMap((role) =>
          registerClients(random(`${role}-readers`), {
            ...common,
            name: `${role}-reader`,
            clients: 1,
            steps: 15,
            weights: READS_ALONE,
            readFrom: role,
          }),
        ),
      ],
      limit: 100 * SECOND,
    };
  },
}));
