import { SECOND } from "../../host/time.ts";
import type { Scenario } from "../scenario.ts";
import { registerClients } from "../workloads/register.ts";
import { CALM_ENGINE } from "./calm-engine.ts";
import { LOCAL_DISK, STORAGE_MEDIA, type StorageMedium } from "./storage-media.ts";

/** Problem 5 of the document, one medium each: what a disk behind the network can do when everybody wants it at once. */
export const saturatedStorage: readonly Scenario[] = STORAGE_MEDIA.map(saturatedStorageOn);

/** More clients than one node serves at a time, none of which ever pauses. */
function saturatedStorageOn({ name, shared, network }: StorageMedium): Scenario {
  return {
    name: `saturated-storage-${name}`,
    summary: `clients that never pause; the shared disk: ${name}`,
    claims: ["SD-13"],
    expectations: new Map([
      ["shared-disk:as-written", { kind: "holds" }],
      ["single", { kind: "holds" }],
    ]),

    plan(random) {
      const limits = random("limits");
      return {
        cluster: { replicas: 2, engine: CALM_ENGINE },
        disks: { local: LOCAL_DISK, shared },
        network,
        mount: { attributeCacheMin: SECOND, attributeCacheMax: SECOND },
        clients: registerClients(random("clients"), {
          clients: limits.between(24, 32),
          keys: limits.between(20, 40),
          steps: 16,
          pause: [0, 0],
          bytes: [100, 4000],
          weights: { read: 1, write: 1, delete: 0 },
          readFrom: "replica",
        }),
        limit: 300 * SECOND,
      };
    },
  };
}
