import type { NetworkProfileName } from "../../sim/network/profile.ts";
import type { DiskProfileName } from "../cluster.ts";

/** A disk behind a server, and the network to it. */
export interface StorageMedium {
  /** As scenarios and conditions are told apart. */
  readonly name: string;
  /** The disk behind the server. */
  readonly shared: DiskProfileName;
  /** Between all machines: to a single node, clients take it too. */
  readonly network: NetworkProfileName;
}

/**
 * What shared disks are made of, the document's first: "network" has its 1 to 10 ms, 100 to 500 MB/s and 10,000 to 20,000
 * operations a second; the others leave less and less of that to the disk, until only the way to it remains.
 */
export const STORAGE_MEDIA = [
  { name: "network", shared: "network", network: "rack" },
  { name: "ssd", shared: "ssd", network: "rack" },
  { name: "nvme", shared: "nvme", network: "rack" },
  { name: "nvme-far", shared: "nvme", network: "region" },
] as const satisfies readonly StorageMedium[];

/** The document's local SSD: less than 0.1 ms, more than 3,000 MB/s, 500,000 operations a second. */
export const LOCAL_DISK: DiskProfileName = "nvme";
