import { MILLISECOND, SECOND } from "../../host/time.ts";
import { LINUX_MOUNT } from "../machines.ts";
import type { Scenario } from "../scenario.ts";
import { reader, writer } from "../workloads/register.ts";
import { CALM_ENGINE } from "./calm-engine.ts";
import { afterColdStart, coldStart } from "./cold-start.ts";
import { LOCAL_DISK, STORAGE_MEDIA, type StorageMedium } from "./storage-media.ts";

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
        mount: LINUX_MOUNT,
        clients: [
          writer("writer", random("writer"), {
            keys,
            steps: limits.between(80, 120),
            pause: [0, 4 * MILLISECOND],
            bytes: [4000, 4000],
            deleteOneIn: 0,
          }),
          ...(["primary", "replica"] as const).map((role) =>
            afterColdStart(
              reader(`${role}-reader`, random(`${role}-reader`), {
                keys,
                steps: limits.between(20, 40),
                pause: [0, 8 * MILLISECOND],
                readFrom: role,
              }),
            ),
          ),
        ],
        ...coldStart(limits),
        limit: 300 * SECOND,
      };
    },
  };
}
