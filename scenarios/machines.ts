import { SECOND } from "../host/time.ts";
import type { MountPlan } from "./cluster.ts";
import type { Plan } from "./plan.ts";

/** For how long network mounts believe attributes where Linux is not told otherwise (acregmin and acregmax, nfs(5)). */
export const LINUX_MOUNT: MountPlan = { attributeCacheMin: 3 * SECOND, attributeCacheMax: 60 * SECOND };

/** Machines whose mounts believe nothing, so that what is seen comes of their own disks and of the network between them. */
export function machines(
  local: Plan["disks"]["local"],
  network: Plan["network"] = "rack",
): Pick<Plan, "disks" | "network" | "mount"> {
  return { disks: { local, shared: "network" }, network, mount: { attributeCacheMin: 0, attributeCacheMax: 0 } };
}
