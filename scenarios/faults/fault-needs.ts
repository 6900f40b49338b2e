import type { FaultClass } from "../../topologies/topology.ts";
import type { Fault } from "./fault.ts";

/** Whether a fault can strike a client's machine. */
export function strikesClients({ kind }: Fault): boolean {
  switch (kind) {
    case "pause":
    case "partition":
    case "clog":
    case "swizzle-clog":
    case "packet-loss":
    case "duplication":
    case "reordering":
    case "slow-link":
    case "connection-reset":
    case "clock-skew":
    case "clock-drift":
    case "clock-step":
      return true;
    default:
      return false;
  }
}

/** Whether what it strikes is a machine's clock. */
export function needsClock(kind: FaultClass): boolean {
  return kind === "clock-skew" || kind === "clock-drift" || kind === "clock-step";
}

/** Whether what it strikes is a process. The shared disk's server has one that is told apart from those of machines. */
export function needsProcess(kind: FaultClass): boolean {
  return kind === "kill" || kind === "power-loss" || kind === "pause";
}

/** Whether what it strikes is a disk. */
export function needsDisk(kind: FaultClass): boolean {
  switch (kind) {
    case "disk-error":
    case "disk-full":
    case "disk-slow":
    case "disk-stall":
    case "short-transfer":
    case "sync-failure":
    case "lying-sync":
    case "lost-write":
    case "misdirected-write":
    case "bit-rot":
    case "device-lost":
      return true;
    default:
      return false;
  }
}
