import { SECOND } from "../../host/time.ts";
import type { Scenario } from "../scenario.ts";
import { registerClients } from "../workloads/register.ts";
import { CALM_ENGINE } from "./calm-engine.ts";
import { LOCAL_DISK } from "./storage-media.ts";

/** As many clients as one group's share of the load. */
const CLIENTS_PER_GROUP = 16;

/**
 * "Several primary-replica groups make a large cluster": the load of one group, and of two, on a disk without memory of its
 * own. What two groups do with twice the load is held against what one does with its share.
 */
export const groupLoads: readonly Scenario[] = [groupLoad("one-groups-load", 1), groupLoad("two-groups-load", 2)];

function groupLoad(name: string, share: number): Scenario {
  return {
    name,
    summary: `clients that never pause, as many as ${share === 1 ? "one group has" : "two groups have"}; the disk has no memory`,
    claims: ["SD-29"],
    expectations: new Map([
      ["shared-disk:as-written", { kind: "holds" }],
      ["shared-disk:as-written+two-groups", { kind: "holds" }],
      ["single", { kind: "holds" }],
    ]),

    plan(random) {
      const limits = random("limits");
      return {
        cluster: { replicas: 4, engine: { ...CALM_ENGINE, writeBufferBytes: 8192, blockCacheBytes: 0 } },
        disks: { local: LOCAL_DISK, shared: "network", serverMemory: 0 },
        network: "rack",
        mount: { attributeCacheMin: SECOND, attributeCacheMax: SECOND },
        clients: registerClients(random("clients"), {
          clients: share * CLIENTS_PER_GROUP,
          keys: limits.between(20, 40),
          steps: 16,
          pause: [0, 0],
          bytes: [100, 2000],
          weights: { read: 3, write: 1, delete: 0 },
          readFrom: "replica",
        }),
        limit: 300 * SECOND,
      };
    },
  };
}
