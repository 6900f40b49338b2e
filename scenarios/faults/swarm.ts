import type { RandomStream } from "../../host/random.ts";
import { MILLISECOND, type Duration } from "../../host/time.ts";
import type { FaultClass } from "../../topologies/topology.ts";
import { PARTITION_SHAPES, type Fault, type FaultSubject, type PlannedFault } from "./fault.ts";

/** Kinds of faults that can be drawn; what a person does is planned on purpose. */
export type DrawnClass = Exclude<FaultClass, "operator">;

/** Which faults a plan may have. */
export interface SwarmOptions {
  /** The kinds to draw from. */
  readonly classes: readonly DrawnClass[];
  /** Whom they are for. */
  readonly roles: readonly FaultSubject["role"][];
  /** Faults begin within so many nanoseconds of the cluster's being ready. */
  readonly span: Duration;
  /** The longest that one lasts. */
  readonly longest: Duration;
}

/** Of so many plans, one has no faults at all: what breaks there breaks by itself. */
const CALM_ONE_IN = 8;
/** Of a kind's chances to be in a plan, one in so many: most kinds are truly off in most plans. */
const PRESENT_ONE_IN = 4;
const MOST_OF_A_KIND = 4;
const SHORTEST: Duration = MILLISECOND;

/**
 * Draws the faults of a plan, the earliest first: whole kinds are absent in most plans (swarm testing, Groce et al. 2012),
 * since many faults at once hide what one of them would show.
 */
export function drawFaults(random: RandomStream, options: SwarmOptions): PlannedFault[] {
  if (random.chance(1, CALM_ONE_IN)) return [];
  const present = options.classes.filter(() => random.chance(1, PRESENT_ONE_IN));
  if (present.length === 0) present.push(random.pick(options.classes));
  const faults = present.flatMap((kind) =>
    Array.from({ length: random.between(1, MOST_OF_A_KIND) }, () => drawFault(random, kind, options)),
  );
  return faults.sort((a, b) => a.at - b.at);
}

function drawFault(random: RandomStream, kind: DrawnClass, { roles, span, longest }: SwarmOptions): PlannedFault {
  const at = random.below(span);
  // Short ones are as likely as long ones: each power of two between has the same chance.
  let lasts = longest;
  while (lasts > 2 * SHORTEST && random.chance(3, 4)) lasts = Math.floor(lasts / 2);
  const several = random.chance(1, 6);
  const on = {
    role: random.pick(roles),
    choice: random.below(60),
    ...(several ? { count: random.between(2, 4) } : {}),
  };
  // Crashes find more while writes are pending.
  const duringWrite = CRASHES.has(kind) ? random.chance(2, 3) : random.chance(1, 5);
  return { at, lasts: random.between(Math.min(SHORTEST, lasts), lasts), duringWrite, on, fault: drawKind(random, kind) };
}

const CRASHES: ReadonlySet<FaultClass> = new Set<FaultClass>(["kill", "power-loss", "wipe", "disk-server-crash"]);

function drawKind(random: RandomStream, kind: DrawnClass): Fault {
  const someCalls = (): number => random.pick([20_000, 200_000, 1_000_000]);
  switch (kind) {
    case "partition":
      return { kind, shape: random.pick(PARTITION_SHAPES) };
    case "packet-loss":
    case "duplication":
    case "reordering":
      return { kind, perMillion: random.pick([10_000, 100_000, 400_000]) };
    case "slow-link":
      return { kind, latency: random.pick([5, 50, 500]) * MILLISECOND };
    case "clock-skew":
    case "clock-step":
      return {
        kind,
        microseconds: random.pick([-3_600_000_000, -5_000_000, -20_000, 20_000, 5_000_000, 3_600_000_000]),
      };
    case "clock-drift":
      return { kind, ppm: random.pick([-100_000, -500, 500, 100_000]) };
    case "disk-error":
      return { kind, code: "EIO", when: random.pick(["before", "after"]), perMillion: someCalls() };
    case "short-transfer":
    case "lying-sync":
    case "lost-write":
    case "misdirected-write":
    case "device-lost":
      return { kind, perMillion: someCalls() };
    case "sync-failure":
      return { kind, mode: random.pick(["stays-dirty", "marked-clean", "reported-once"]), perMillion: someCalls() };
    case "disk-slow":
      return { kind, factor: random.pick([3, 10, 100]) };
    case "bit-rot":
      return { kind, bits: random.pick([1, 1, 8]) };
    default:
      return { kind };
  }
}

/** What goes wrong in every data centre, and what each design here says that it bears. */
export const COMMON_FAULTS: readonly DrawnClass[] = [
  "kill",
  "power-loss",
  "pause",
  "partition",
  "clog",
  "swizzle-clog",
  "packet-loss",
  "duplication",
  "reordering",
  "slow-link",
  "connection-reset",
  "clock-skew",
  "clock-drift",
  "clock-step",
  "disk-slow",
  "disk-stall",
  "short-transfer",
];

/** What disks do when they break. */
export const DISK_FAULTS: readonly DrawnClass[] = [
  "disk-error",
  "disk-full",
  "sync-failure",
  "lying-sync",
  "lost-write",
  "misdirected-write",
  "bit-rot",
  "device-lost",
  "wipe",
];

/** What a shared disk's server and its locks go through. */
export const SHARED_DISK_FAULTS: readonly DrawnClass[] = ["disk-server-crash", "lost-locks"];
