import { sharedDisk } from "./shared-disk.ts";
import { AS_WRITTEN } from "./switches.ts";

/** The proposal that the document rejects, as it is drawn there: a primary and read-only replicas on one disk. */
export const sharedDiskAsWritten = sharedDisk(AS_WRITTEN);
