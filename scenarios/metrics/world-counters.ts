import type { SimulatedNetwork } from "../../sim/network/network.ts";
import type { Cluster } from "../cluster.ts";

/** What the machines of a run did, added up. Bytes are bytes. */
export interface WorldCounters {
  /** Sent over all links, headers and retransmissions included; what a shared disk's clients and server say is among it. */
  readonly networkBytes: number;
  /** What the devices of all disks did. */
  readonly deviceOperations: number;
  readonly deviceReadBytes: number;
  readonly deviceWrittenBytes: number;
  /** What all file systems were asked for. */
  readonly syncs: number;
  readonly metadataOperations: number;
  /** Room that files take on all disks at the end. */
  readonly storedBytes: number;
  /** The most room that files took on each disk at a time, added up: also what had no name any more and was still open. */
  readonly mostStoredBytes: number;
  /** Nodes, and a shared disk's server. */
  readonly machines: number;
}

export function countersOf(network: SimulatedNetwork, { localDisks, sharedDisk, machines }: Cluster): WorldCounters {
  const disks = [...localDisks.values(), ...(sharedDisk === undefined ? [] : [sharedDisk])];
  const sum = (what: (disk: (typeof disks)[number]) => number): number =>
    disks.reduce((total, disk) => total + what(disk), 0);
  return {
    networkBytes: network.counters().sentBytes,
    deviceOperations: sum(({ queue }) => queue.operations),
    deviceReadBytes: sum(({ queue }) => queue.readBytes),
    deviceWrittenBytes: sum(({ queue }) => queue.writtenBytes),
    syncs: sum(({ counters }) => counters.syncs),
    metadataOperations: sum(({ counters }) => counters.metadata),
    storedBytes: sum(({ volume }) => volume.usedBytes),
    mostStoredBytes: sum(({ volume }) => volume.mostUsedBytes),
    machines: machines.size + (sharedDisk === undefined ? 0 : 1),
  };
}
