import { SECOND, type Duration } from "../../host/time.ts";
import type { FaultClass, Role } from "../../topologies/topology.ts";

/**
 * Whom a fault is for. Addressed to a role, so that the same plan means something on every topology; "node" is any node,
 * whatever it is at that moment, and "client" any client's machine.
 */
export interface FaultSubject {
  readonly role: Role | "node" | "client";
  /** Which of several: taken modulo their number. */
  readonly choice: number;
  /** How many, from that one on; more than there are means all. Default 1. */
  readonly count?: number;
}

/**
 * How a partition cuts the network:
 *
 * - `isolate`: the subjects from everybody.
 * - `from-nodes`: the subjects from the other nodes and the shared disk; clients still reach them.
 * - `from-clients`: the subjects from clients; nodes still reach them.
 * - `incoming`, `outgoing`: what others send to the subjects, or what they send, is lost; the other way works.
 * - `halves`: nodes into a majority and a minority, the subject in the minority; clients reach both.
 * - `bridge`: nodes into two sides that see each other only through the subject.
 * - `ring`: each node sees only its neighbours; of three, where all are neighbours, each sees only itself.
 *
 * The last three are made for one subject among at least three servers (nodes, and the shared disk's), which are the nodes
 * of which they speak; with fewer, or for a client, they are as `from-nodes`. Of several subjects the first counts.
 */
export const PARTITION_SHAPES = [
  "isolate",
  "from-nodes",
  "from-clients",
  "incoming",
  "outgoing",
  "halves",
  "bridge",
  "ring",
] as const;

export type PartitionShape = (typeof PARTITION_SHAPES)[number];

/** What the calls of a disk suffer. See the fault of the same name in sim/fs/disk-fault.ts. */
export type DiskCallFault =
  | { readonly kind: "disk-error"; readonly code: "EIO"; readonly when: "before" | "after" }
  | { readonly kind: "short-transfer" }
  | { readonly kind: "sync-failure"; readonly mode: "stays-dirty" | "marked-clean" | "reported-once" }
  | { readonly kind: "lying-sync" }
  | { readonly kind: "lost-write" }
  | { readonly kind: "misdirected-write" }
  | { readonly kind: "device-lost" };

/** What goes wrong. Each kind is a {@link FaultClass}. */
export type Fault =
  /** The process, or the machine, is down for as long as the fault lasts, then starts again. */
  | { readonly kind: "kill" | "power-loss" | "wipe" }
  /** The process stands still. */
  | { readonly kind: "pause" }
  | { readonly kind: "partition"; readonly shape: PartitionShape }
  /** What the subjects send and are sent is held, and goes on its way when the fault ends. */
  | { readonly kind: "clog" }
  /** A clog of each subject, begun and ended one after the other, in different order. */
  | { readonly kind: "swizzle-clog" }
  | { readonly kind: "packet-loss" | "duplication" | "reordering"; readonly perMillion: number }
  | { readonly kind: "slow-link"; readonly latency: Duration }
  | { readonly kind: "connection-reset" }
  /** The wall clock is off by so many microseconds while the fault lasts. */
  | { readonly kind: "clock-skew"; readonly microseconds: number }
  | { readonly kind: "clock-drift"; readonly ppm: number }
  /** The wall clock is set forward or back, for good. */
  | { readonly kind: "clock-step"; readonly microseconds: number }
  /** Of the disk's calls that it can strike, so many in a million. */
  | (DiskCallFault & { readonly perMillion: number })
  | { readonly kind: "disk-full" }
  | { readonly kind: "disk-slow"; readonly factor: number }
  | { readonly kind: "disk-stall" }
  /** So many bits flip on the disk, at once. */
  | { readonly kind: "bit-rot"; readonly bits: number }
  /** The shared disk's server loses its power. */
  | { readonly kind: "disk-server-crash" }
  /** The shared disk's server forgets all locks. */
  | { readonly kind: "lost-locks" }
  /** A person does what the topology's operators can do, to the subject. */
  | { readonly kind: "operator"; readonly action: string };

/** How long a fault lasts that is there for good: longer than any client has something to ask. It ends with the run's healing. */
export const FOR_GOOD: Duration = 200 * SECOND;

/** A fault with its place and time. */
export interface PlannedFault {
  /** From the moment at which the cluster was ready. */
  readonly at: Duration;
  /** How long, for a fault that lasts. */
  readonly lasts: Duration;
  /**
   * Whether it waits, from `at` on, for the next change that a client asks for, and strikes while that is under way:
   * crashes find more while writes are pending.
   */
  readonly duringWrite: boolean;
  readonly on: FaultSubject;
  readonly fault: Fault;
}

/** Faults after which data may be gone for good: how many hosts they strike counts over the whole run. */
export const LASTING_DAMAGE: ReadonlySet<FaultClass> = new Set<FaultClass>([
  "wipe",
  "lying-sync",
  "lost-write",
  "misdirected-write",
  "bit-rot",
  "sync-failure",
]);
