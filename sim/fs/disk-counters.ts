import type { DiskCall } from "./disk-fault.ts";

/** What a disk is asked to do, as far as counting goes. "locks" and closing cost the disk itself nothing. */
export type CallClass = "reads" | "writes" | "syncs" | "metadata" | "free";

const CLASS_OF: Readonly<Record<DiskCall, CallClass>> = {
  open: "metadata",
  pread: "reads",
  pwrite: "writes",
  fsync: "syncs",
  ftruncate: "metadata",
  stat: "metadata",
  statfs: "metadata",
  close: "free",
  rename: "metadata",
  link: "metadata",
  unlink: "metadata",
  readdir: "metadata",
  mkdir: "metadata",
  rmdir: "metadata",
  flock: "free",
};

/**
 * What a disk's file system was asked for since the run began, whether its cache or its device answered; of a shared disk,
 * what its server carried out. What the device did is in {@link DeviceQueue}.
 */
export class DiskCounters implements Record<CallClass, number> {
  reads = 0;
  writes = 0;
  syncs = 0;
  /** Look-ups, attributes, listings, and changes of names and sizes. */
  metadata = 0;
  free = 0;

  /** Counts a call of a process on its own machine's disk. */
  called(call: DiskCall): void {
    this[CLASS_OF[call]]++;
  }
}
