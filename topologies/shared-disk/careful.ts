import { sharedDisk } from "./shared-disk.ts";
import { CAREFUL } from "./switches.ts";

/** The proposal with everything that it takes to share a disk and keep what is promised. */
export const sharedDiskCareful = sharedDisk(CAREFUL);
