import type { DiskFault } from "../../sim/fs/disk-fault.ts";
import type { SharedDisk } from "../../sim/fs/shared-disk.ts";
import type { VirtualDisk } from "../../sim/fs/virtual-disk.ts";
import type { Effect } from "./effect.ts";
import type { DiskCallFault } from "./fault.ts";

/** A disk that can be struck, and the host it stands in. */
export interface StruckDisk {
  readonly host: string;
  readonly disk: VirtualDisk | SharedDisk;
}

/** Lets some of the calls of disks go wrong, until the fault ends. */
export function failCalls(struck: readonly StruckDisk[], fault: DiskCallFault, perMillion: number): Effect {
  const active = struck.map(({ disk }) => ({ disk, rule: disk.faults.add({ fault: diskFault(fault), perMillion }) }));
  return {
    hosts: hostsOf(struck),
    fired: () => active.some(({ rule }) => rule.fired > 0),
    end() {
      for (const { disk, rule } of active) disk.faults.remove(rule);
    },
  };
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

/** Takes away the room that is left on disks, until the fault ends. */
export function fill(struck: readonly StruckDisk[]): Effect {
  const before = struck.map(({ disk }) => ({
    disk,
    capacity: disk.volume.capacity,
    refusals: disk.volume.refusals,
  }));
  for (const { disk } of struck) {
    const { capacity, freeBytes } = disk.volume;
    disk.setCapacity(capacity - freeBytes);
  }
  return {
    hosts: hostsOf(struck),
    fired: () => before.some(({ disk, refusals }) => disk.volume.refusals > refusals),
    end() {
      for (const { disk, capacity } of before) disk.setCapacity(capacity);
    },
  };
}

/** Makes disks several times slower, until the fault ends. */
export function slow(struck: readonly StruckDisk[], factor: number): Effect {
  const before = struck.map(({ disk }) => ({ disk, operations: disk.queue.operations }));
  for (const { disk } of struck) disk.slowDown(factor);
  return {
    hosts: hostsOf(struck),
    fired: () => before.some(({ disk, operations }) => disk.queue.operations > operations),
    end() {
      for (const { disk } of struck) disk.slowDown(1);
    },
  };
}

/** Disks answer nothing, until the fault ends. */
export function stall(struck: readonly StruckDisk[]): Effect {
  const before = struck.map(({ disk }) => ({ disk, held: disk.gate.held }));
  for (const { disk } of struck) disk.stall();
  return {
    hosts: hostsOf(struck),
    fired: () => before.some(({ disk, held }) => disk.gate.held > held),
    end() {
      for (const { disk } of struck) disk.release();
    },
  };
}

/** Bits flip on disks. What is damaged stays so. */
export function rot(struck: readonly StruckDisk[], bits: number): Effect {
  let flipped = 0;
  for (const { disk } of struck) {
    for (let bit = 0; bit < bits; bit++) if (disk.media.rot() !== undefined) flipped++;
  }
  return { hosts: hostsOf(struck), fired: () => flipped > 0, end: () => undefined };
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

function hostsOf(struck: readonly StruckDisk[]): string[] {
  return struck.map(({ host }) => host);
}
