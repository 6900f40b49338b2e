import type { DiskFault } from "../../sim/fs/disk-fault.ts";
import type { SharedDisk } from "../../sim/fs/shared-disk.ts";
import type { VirtualDisk } from "../../sim/fs/virtual-disk.ts";
import { countedEffect, type Effect } from "./effect.ts";
import type { DiskCallFault } from "./fault.ts";
import { Overlap } from "./overlap.ts";

type AnyDisk = VirtualDisk | SharedDisk;

/** A disk that can be struck, and the host it stands in. */
export interface StruckDisk {
  readonly host: string;
  readonly disk: AnyDisk;
}

/** What faults hold disks at. */
export class DiskConditions {
  /** How many times slower a disk is than it was built. */
  readonly slowness = new Overlap<AnyDisk, number>(
    () => 1,
    (disk, factor) => disk.slowDown(factor),
  );
  readonly capacity = new Overlap<AnyDisk, number>(
    (disk) => disk.volume.capacity,
    (disk, bytes) => disk.setCapacity(bytes),
  );
  readonly stalled = new Overlap<AnyDisk, boolean>(
    (disk) => disk.gate.stalled,
    (disk, stalled) => {
      if (stalled) disk.stall();
      else disk.release();
    },
  );
}

/** Lets some of a disk's calls go wrong, until the fault ends. */
export function failCalls({ host, disk }: StruckDisk, fault: DiskCallFault, perMillion: number): Effect {
  const rule = disk.faults.add({ fault: diskFault(fault), perMillion });
  return { hosts: [host], fired: () => rule.fired > 0, end: () => disk.faults.remove(rule) };
}

function diskFault(fault: DiskCallFault): DiskFault {
  switch (fault.kind) {
    case "disk-error":
      return { kind: "error", code: fault.code, when: fault.when };
    case "short-transfer":
      return { kind: "short" };
    case "sync-failure":
      return { kind: "sync-failure", mode: fault.mode };
    default:
      return { kind: fault.kind };
  }
}

/** Takes away the room that is left on a disk, until the fault ends. */
export function fill({ host, disk }: StruckDisk, { capacity }: DiskConditions): Effect {
  const { volume } = disk;
  return countedEffect(
    host,
    () => volume.refusals,
    () => capacity.hold(disk, volume.capacity - volume.freeBytes),
  );
}

/** Makes a disk several times slower, until the fault ends. */
export function slow({ host, disk }: StruckDisk, { slowness }: DiskConditions, factor: number): Effect {
  return countedEffect(
    host,
    () => disk.queue.operations,
    () => slowness.hold(disk, factor),
  );
}

/** A disk answers nothing, until the fault ends. */
export function stall({ host, disk }: StruckDisk, { stalled }: DiskConditions): Effect {
  return countedEffect(
    host,
    () => disk.gate.held,
    () => stalled.hold(disk, true),
  );
}

/** Bits flip on a disk. What is damaged stays so. */
export function rot({ host, disk }: StruckDisk, bits: number): Effect {
  let flipped = 0;
  for (let bit = 0; bit < bits; bit++) if (disk.media.rot() !== undefined) flipped++;
  return { hosts: [host], fired: () => flipped > 0, end: () => undefined };
}

/** The server of a shared disk loses its power, and is back when the fault ends. */
export function crashServer(disk: SharedDisk): Effect {
  const { server } = disk;
  const wasUp = server.running;
  if (wasUp) disk.crashServer();
  return {
    hosts: [server.host],
    fired: () => wasUp,
    end() {
      if (wasUp && !disk.server.running) disk.restartServer();
    },
  };
}

/** The server of a shared disk forgets who holds which lock. */
export function loseLocks(disk: SharedDisk): Effect {
  const lost = disk.loseLocks();
  return { hosts: [disk.server.host], fired: () => lost > 0, end: () => undefined };
}
