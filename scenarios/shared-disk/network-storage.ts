import type { RandomStream } from "../../host/random.ts";
import { MILLISECOND, SECOND, type Duration } from "../../host/time.ts";
import type { PlannedFault } from "../faults/fault.ts";
import type { ClientPlan } from "../plan.ts";
import type { Scenario } from "../scenario.ts";
import { reader, writer } from "../workloads/register.ts";
import { CALM_ENGINE } from "./calm-engine.ts";
import { LOCAL_DISK, STORAGE_MEDIA, type StorageMedium } from "./storage-media.ts";

/** When all machines lose their power: long after the last write. */
const COLD_START: Duration = 2 * SECOND;
/** When they have been up again for a while. */
const READS_BEGIN: Duration = 4 * SECOND;

/** Problem 5 of the document, one medium each: what a disk behind the network costs a client who has it to themselves. */
export const networkStorage: readonly Scenario[] = STORAGE_MEDIA.map(networkStorageOn);

/**
 * One client writes; then every machine loses its power, so that no memory holds what was written, and others read it. Nothing
 * compacts and nobody waits for anybody, so that what clients wait for is the disk and the way to it.
 */
function networkStorageOn({ name, shared, network }: StorageMedium): Scenario {
  return {
    name: `network-storage-${name}`,
    summary: `unhurried writes, then reads of what is in nobody's memory; the shared disk: ${name}`,
    claims: ["SD-13"],
    expectations: new Map([
      ["shared-disk:as-written", { kind: "holds" }],
      ["single", { kind: "holds" }],
    ]),

    plan(random) {
      const limits = random("limits");
      const keys = limits.between(40, 80);
      return {
        cluster: { replicas: 2, engine: CALM_ENGINE },
        disks: { local: LOCAL_DISK, shared },
        network,
        // Linux's own times: with none at all, a mount also commits every write by itself.
        mount: { attributeCacheMin: 3 * SECOND, attributeCacheMax: 60 * SECOND },
        clients: [
          writer("writer", random("writer"), {
            keys,
            steps: limits.between(80, 120),
            pause: [0, 4 * MILLISECOND],
            bytes: [4000, 4000],
            deleteOneIn: 0,
          }),
          ...(["primary", "replica"] as const).map((role) =>
            beginning(
              READS_BEGIN,
              reader(`${role}-reader`, random(`${role}-reader`), {
                keys,
                steps: limits.between(20, 40),
                pause: [0, 8 * MILLISECOND],
                readFrom: role,
              }),
            ),
          ),
        ],
        faults: coldStart(limits),
        unbounded: true,
        healing: { after: READS_BEGIN + 20 * SECOND, core: 0 },
        limit: 300 * SECOND,
      };
    },
  };
}

/** The client, doing nothing for a while first. */
function beginning(after: Duration, { steps: [first, ...rest], ...client }: ClientPlan): ClientPlan {
  return { ...client, steps: first === undefined ? [] : [{ ...first, wait: first.wait + after }, ...rest] };
}

/** All nodes and the server of the shared disk lose their power, and are back soon. */
function coldStart(random: RandomStream): PlannedFault[] {
  const common = { at: COLD_START, lasts: random.between(50, 200) * MILLISECOND, duringWrite: false };
  return [
    { ...common, on: { role: "disk", choice: 0 }, fault: { kind: "disk-server-crash" } },
    { ...common, on: { role: "node", choice: 0, count: 60 }, fault: { kind: "power-loss" } },
  ];
}
