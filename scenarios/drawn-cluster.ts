import type { RandomStream } from "../host/random.ts";
import { MILLISECOND } from "../host/time.ts";
import type { Plan } from "./plan.ts";

/**
 * A cluster with limits so small, in most seeds, that flushes and compactions are common and files come and go under those
 * who read them.
 */
export function drawCluster(limits: RandomStream): Pick<Plan, "cluster" | "disks" | "network" | "mount"> {
  const attributes = limits.pick([0, 0, 0, 100 * MILLISECOND]);
  return {
    cluster: {
      replicas: 2,
      engine: {
        writeBufferBytes: limits.pick([256, 512, 2048, 65_536]),
        tableBytes: limits.pick([1024, 8192]),
        blockBytes: limits.pick([128, 4096]),
        bloomBitsPerKey: limits.pick([0, 10]),
        blockCacheBytes: limits.pick([0, 65_536]),
        maxOpenTables: limits.pick([1, 64]),
        level0CompactionTrigger: limits.pick([2, 4]),
        level1Bytes: limits.pick([2048, 65_536]),
        manifestBytes: limits.pick([512, 65_536]),
      },
    },
    disks: { local: limits.pick(["nvme", "ssd"]), shared: "network" },
    network: limits.pick(["rack", "rack", "region"]),
    mount: { attributeCacheMin: attributes, attributeCacheMax: attributes },
  };
}
