import type { RandomStream } from "../../host/random.ts";
import { MILLISECOND, SECOND, type Duration } from "../../host/time.ts";
import type { EngineOptions } from "../../engine/options.ts";
import type { Fault, FaultSubject, PlannedFault } from "../faults/fault.ts";
import type { DrawnPlan, Scenario } from "../scenario.ts";
import { CALM_ENGINE } from "./calm-engine.ts";
import { steadyClients, type SteadyOptions } from "./steady-clients.ts";

const SPAN: Duration = 8 * SECOND;

/** Longer than any client has something to ask: it ends with the run's healing. */
const FOR_GOOD: Duration = 200 * SECOND;

/** Memtables so small, and no cache of blocks, that what is asked is on the disk, and not in the memory of who is asked. */
const FORGETFUL_ENGINE: Partial<EngineOptions> = { ...CALM_ENGINE, writeBufferBytes: 512, blockCacheBytes: 0 };

export interface FailureOptions extends Partial<Pick<SteadyOptions, "span" | "readFrom">> {
  /** Default 2. */
  readonly replicas?: number;
}

/** Something that fails while clients are busy, and stays so until they have asked everything. */
export function lastingFailure(random: RandomStream, fault: Fault, role: FaultSubject["role"]): PlannedFault {
  return failure(random, fault, role, FOR_GOOD);
}

/** Something that fails for some seconds. */
export function passingFailure(random: RandomStream, fault: Fault, role: FaultSubject["role"]): PlannedFault {
  return failure(random, fault, role, random.between(5_000, 7_000) * MILLISECOND);
}

function failure(random: RandomStream, fault: Fault, role: FaultSubject["role"], lasts: Duration): PlannedFault {
  const at = random.between(1_500, 2_500) * MILLISECOND;
  return { at, lasts, duringWrite: false, on: { role, choice: random.below(60) }, fault };
}

/**
 * Clients read and write at a steady rate while something fails. No shared disk as the document has it bears any of this but
 * the end of a process: runs are held to nothing but that no wrong data is served, and what they come to is measured.
 */
export function underFailure(
  random: Parameters<Scenario["plan"]>[0],
  faults: readonly PlannedFault[],
  { replicas = 2, span = SPAN, readFrom = "replica" }: FailureOptions = {},
): DrawnPlan {
  const limits = random("limits");
  // So short that nobody sees what is old: that is another claim's.
  const attributes = limits.pick([50, 100, 200]) * MILLISECOND;
  return {
    cluster: { replicas, engine: FORGETFUL_ENGINE },
    disks: { local: "ssd", shared: "network" },
    network: "rack",
    mount: { attributeCacheMin: attributes, attributeCacheMax: attributes },
    clients: steadyClients(random("clients"), {
      span,
      writes: 4,
      reads: 8,
      readFrom,
      keys: limits.between(4, 12),
    }),
    faults,
    unbounded: true,
    healing: { after: 3 * span + 10 * SECOND, core: 0 },
    limit: 300 * SECOND,
  };
}
