import type { Kernel } from "../../sim/kernel.ts";
import type { DiskProfile } from "../../sim/fs/disk-profile.ts";
import { CopyOnWriteStore } from "../../sim/fs/copy-on-write-store.ts";
import { SlabPool } from "../../sim/fs/slab.ts";
import { VirtualDisk } from "../../sim/fs/virtual-disk.ts";
import type { CrashModel, VolumeMemory } from "../../sim/fs/volume.ts";
import type { Scheduler } from "../../sim/scheduler.ts";

/** Every operation takes as long as the next, whenever it comes: what a disk does depends on its content alone. */
export const EVEN: DiskProfile = {
  name: "even",
  readLatency: [20_000, 20_000],
  writeLatency: [20_000, 20_000],
  flushLatency: [20_000, 20_000],
  bandwidth: 1_000_000_000_000,
  iops: 1_000_000_000,
  queueDepth: 64,
  cacheHit: 1_000,
  copyPerByte: 0,
};

/** Holds nothing back. */
export const EVEN_SCHEDULER: Scheduler = { delay: () => 0 };

/** Longer than anything that is run: nothing is written back that nobody syncs. */
const NEVER = 1e15;

/**
 * A disk that leaves nothing to chance but time: no write-back in the background, and a call that its caller does not
 * live to see has no effect. What chance could do, the explorer does in its place, one after the other.
 */
export class StillDisk extends VirtualDisk {
  constructor(kernel: Kernel, name: string, profile: DiskProfile, crashModel: CrashModel, memory: VolumeMemory) {
    super(kernel, name, { profile, crashModel, memory, writeBack: { least: NEVER, most: NEVER } });
  }

  override survivesItsCaller(): boolean {
    return false;
  }
}

/** Memory that all disks of an exploration share. */
export function sharedMemory(): VolumeMemory {
  return { store: new CopyOnWriteStore(), slabs: new SlabPool() };
}
