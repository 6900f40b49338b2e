import type { RandomStream } from "../../host/random.ts";
import { MILLISECOND, SECOND, type Duration } from "../../host/time.ts";
import type { EngineOptions } from "../../engine/options.ts";
import { FOR_GOOD, type Fault, type FaultSubject, type PlannedFault } from "../faults/fault.ts";
import { LINUX_MOUNT } from "../machines.ts";
import type { ClientPlan } from "../plan.ts";
import type { DrawnPlan, Scenario } from "../scenario.ts";
import { CALM_ENGINE } from "./calm-engine.ts";
import { steadyClients, type SteadyOptions } from "./steady-clients.ts";

const SPAN: Duration = 8 * SECOND;

/**
 * Small memtables and no cache of blocks: tables are soon read by replicas, and by the primary. But clients have few keys, of
 * which memtables, tables that are open and machines' own caches may well hold all.
 */
const SMALL_ENGINE: Partial<EngineOptions> = { ...CALM_ENGINE, writeBufferBytes: 512, blockCacheBytes: 0 };

/** The same that keeps no table open but the last, so that one which was written long ago has to be asked of the disk. */
const FORGETFUL_ENGINE: Partial<EngineOptions> = { ...SMALL_ENGINE, maxOpenTables: 1 };

/** How many keys are loaded that nobody writes again. One client takes about a second for them, so that nothing fails yet. */
const OLD_KEYS = 200;
/** Of those, the last may still be in the memtable. */
const FLUSHED = OLD_KEYS - 20;

/** How long mounts believe attributes: some fraction of a second, or as Linux does where it is not told otherwise. */
const BRIEF: readonly Duration[] = [50 * MILLISECOND, 100 * MILLISECOND, 200 * MILLISECOND];

/** When a failure, which began by 2.5 s, has lasted for longer than the careful mode's bound of staleness. */
export const BOUND_PASSED: Duration = 4 * SECOND;

export interface FailureOptions extends Partial<Pick<SteadyOptions, "span" | "readFrom" | "readsBegin">> {
  /** Default 2. */
  readonly replicas?: number;
  /** Whether reads are of what was loaded long ago, rather than of what clients are writing. Default no. */
  readonly old?: boolean;
  /** Whether mounts believe attributes for as long as Linux does, rather than a fraction of a second. Default no. */
  readonly believing?: boolean;
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
  {
    replicas = 2,
    span = SPAN,
    readFrom = "replica",
    readsBegin = 0,
    old = false,
    believing = false,
  }: FailureOptions = {},
): DrawnPlan {
  const limits = random("limits");
  const attributes = limits.pick(BRIEF);
  const clients = steadyClients(random("clients"), {
    span,
    writes: 4,
    reads: 8,
    readFrom,
    readsBegin,
    keys: limits.between(4, 12),
  });
  return {
    cluster: { replicas, engine: old ? FORGETFUL_ENGINE : SMALL_ENGINE },
    disks: { local: "ssd", shared: "network" },
    network: "rack",
    mount: believing ? LINUX_MOUNT : { attributeCacheMin: attributes, attributeCacheMax: attributes },
    clients: old ? [loader(), ...clients.map((client) => ofOldKeys(client, random("old-keys")))] : clients,
    faults,
    unbounded: true,
    healing: { after: 3 * span + 10 * SECOND, core: 0 },
    limit: 300 * SECOND,
  };
}

/** Writes the old keys, one after the other: what is flushed together is read together, and no other table is asked. */
function loader(): ClientPlan {
  const steps = Array.from({ length: OLD_KEYS }, (_, index) => ({
    wait: 0,
    operation: { op: "write", key: oldKey(index), value: `loader-${index + 1}`, bytes: 100 } as const,
  }));
  return { name: "loader", workload: "register", steps };
}

/** The client, with old keys for those that it reads. */
function ofOldKeys(client: ClientPlan, random: RandomStream): ClientPlan {
  return {
    ...client,
    steps: client.steps.map((step) =>
      step.operation.op === "read" ? { ...step, operation: { op: "read", key: oldKey(random.below(FLUSHED)) } } : step,
    ),
  };
}

function oldKey(index: number): string {
  return `old-${String(index).padStart(3, "0")}`;
}
