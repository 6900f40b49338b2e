import type { RandomStream } from "../../host/random.ts";
import { MILLISECOND, SECOND, type Duration } from "../../host/time.ts";
import type { DrawnPlan } from "../scenario.ts";
import { reader, writer } from "../workloads/register.ts";

/** How long obsolete files stay, and leases last. */
export const SHORT_LEASE: Duration = 100 * MILLISECOND;

/** Tiny memtables and levels under writes that hardly pause, and replicas that read all the while. */
export function busyCompaction(random: (purpose: string) => RandomStream): DrawnPlan {
  const limits = random("limits");
  const keys = limits.between(8, 24);
  const attributes = limits.pick([0, 0, 50, 200]) * MILLISECOND;
  return {
    cluster: {
      replicas: 2,
      engine: {
        writeBufferBytes: limits.pick([512, 1024]),
        tableBytes: limits.pick([1024, 2048]),
        blockBytes: 512,
        bloomBitsPerKey: 0,
        blockCacheBytes: 0,
        // Each read opens what it needs: whoever keeps tables open is seen to do so.
        maxOpenTables: 1,
        level0CompactionTrigger: 2,
        level1Bytes: 2048,
        levelSizeMultiplier: 2,
      },
      settings: { deletionDelay: SHORT_LEASE, lease: SHORT_LEASE },
    },
    disks: { local: "ssd", shared: "network" },
    network: "rack",
    mount: { attributeCacheMin: attributes, attributeCacheMax: attributes },
    clients: [
      ...["writer-1", "writer-2"].map((name) =>
        writer(name, random(name), { keys, steps: 100, pause: [0, 8 * MILLISECOND], bytes: [20, 200], deleteOneIn: 0 }),
      ),
      ...["reader-1", "reader-2", "reader-3", "reader-4"].map((name) =>
        reader(name, random(name), { keys, steps: 50, pause: [0, 2 * MILLISECOND] }),
      ),
    ],
    limit: 300 * SECOND,
  };
}
