import type { FileSystem } from "../host/file-system.ts";
import type { Network } from "../host/network.ts";
import type { LocalHost } from "../host/host.ts";
import type { EndOfLife, Incarnation } from "./incarnation.ts";

/** A task that waits for something that may never come, for a deadlock's report. */
export interface Wait {
  readonly host: string;
  readonly task: string;
  /** What for: "receive on datagram port 7000". */
  readonly what: string;
}

/** What every simulated device does for the machines it serves. */
export interface Device {
  /**
   * An incarnation has ended. Its pending events were abandoned before; here go handles, locks, connections and caches.
   * Called once for each incarnation that was attached.
   */
  ended(incarnation: Incarnation, how: EndOfLife): void;
  /** Who waits for this device without a time limit. */
  waits(): Wait[];
}

/** A disk, or a client of one, that machines can mount. */
export interface MountableDisk extends Device {
  /** The file system as one incarnation sees it. */
  mount(incarnation: Incarnation): FileSystem;
  /** The machine lost power: un-synced data is kept, dropped, torn or reordered as the disk's crash model says. */
  powerLost(host: string): void;
  /** The machine's disk is replaced by an empty one. A disk that is not the machine's own ignores it. */
  wiped(host: string): void;
}

/** The network that machines are attached to. */
export interface NetworkDevice extends Device {
  /** The network as one incarnation sees it; `node` is the rest of its machine, for timers and tasks. */
  attach(incarnation: Incarnation, node: LocalHost): Network;
  /** The machine lost power, its node running or not: from now on it answers nobody, until its next start. */
  powerLost(host: string): void;
}

/**
 * Carries packets between machines, subject to faults: what a device that serves machines over the network (a shared
 * disk) sends through.
 */
export interface PacketCarrier {
  /**
   * Sends a packet of `bytes` bytes; `arrive` is called once for each copy that gets there (none when lost, two when
   * duplicated), as an event of the world.
   */
  carry(from: string, to: string, bytes: number, arrive: () => void): void;
}
