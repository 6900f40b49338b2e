import type { Host } from "../host/host.ts";
import { MILLISECOND, type Duration } from "../host/time.ts";
import type { ClusterClient, ReplicaReport } from "../topologies/topology.ts";
import { carryOut, type Recorder } from "./client.ts";
import { keysWritten } from "./keys-written.ts";
import type { ClientPlan, PlannedOperation, WorkloadKind } from "./plan.ts";

/** The machine on which the verifier runs. */
export const VERIFIER = "verifier";
/** The register that probes write: nobody else's. */
export const PROBE_KEY = "~probe";

const POLL = 10 * MILLISECOND;
const RETRY = 200 * MILLISECOND;
/** Reads at the end are asked again when no answer comes: the network may still be getting over what it went through. */
const READ_ATTEMPTS = 5;

export interface VerifierSurroundings extends Omit<Recorder, "process"> {
  /** The process number under which its operations of a kind are recorded. */
  readonly processOf: (workload: WorkloadKind) => number;
  /** The core that the nemesis has healed; undefined before. */
  readonly healed: () => readonly string[] | undefined;
  /** How long it may take, on the host's clock, until a change succeeds again. */
  readonly within: Duration;
  /** The nodes that run, in the core or not, and may answer a read. */
  readonly running: () => readonly string[];
  /** Ends what cuts hosts off from one another, in the core or not. */
  readonly reconnect: () => void;
  /** How long from then until all nodes of the core hold the same; undefined when that is not asked for. */
  readonly convergence: Duration | undefined;
  /** What nodes hold in full. */
  readonly survey: () => Promise<readonly ReplicaReport[]>;
}

/** What the verifier found, beside what it recorded in the history. */
export interface Verification {
  /** From the healing until a change succeeded, on the verifier's clock; undefined while none has. */
  recovered: Duration | undefined;
  /** From then until all nodes of the core held the same; undefined while they do not. */
  converged: Duration | undefined;
  /** What nodes of the core held when they were last asked. */
  replicas: readonly ReplicaReport[];
  /** Whether every key was read at the end. */
  complete: boolean;
}

/**
 * Waits until the core is healed, then changes a register until that succeeds, and reads everything that clients wrote.
 * All is recorded like any client's operations.
 */
export async function verify(
  host: Host,
  client: ClusterClient,
  clients: readonly ClientPlan[],
  surroundings: VerifierSurroundings,
  result: Verification,
): Promise<void> {
  const { clock } = host;
  const as = (workload: WorkloadKind): Recorder => ({
    ...surroundings,
    process: surroundings.processOf(workload),
  });
  let core: readonly string[] | undefined;
  while ((core = surroundings.healed()) === undefined) await clock.sleep(POLL);
  const since = clock.monotonic();
  for (let probe = 1; ; probe++) {
    const operation: PlannedOperation = { op: "write", key: PROBE_KEY, value: `probe-${probe}`, bytes: 0 };
    if (await carryOut(host, client, { wait: 0, operation }, as("register"))) break;
    if (clock.monotonic() - since > surroundings.within) return;
    await clock.sleep(RETRY);
  }
  result.recovered = clock.monotonic() - since;
  // Before anything is read: a node that a failover has left behind must have heard of it.
  if (!(await converge(host, core, surroundings, result))) return;
  for (const { workload, operation } of keysWritten(clients)) {
    let answered = false;
    for (let attempt = 0; attempt < READ_ATTEMPTS && !answered; attempt++) {
      if (attempt > 0) await clock.sleep(RETRY);
      answered = await carryOut(host, client, { wait: 0, operation }, as(workload));
    }
    if (!answered) return;
  }
  result.complete = true;
}

/**
 * Waits until all nodes of a core hold the same at the same position, and then, as long again, for whoever else runs: where any
 * node answers reads, one that still lags would make what is there look lost.
 *
 * @returns whether the core did in time
 */
async function converge(
  { clock }: Host,
  core: readonly string[],
  { convergence, survey, reconnect, running }: VerifierSurroundings,
  result: Verification,
): Promise<boolean> {
  if (convergence === undefined) return true;
  // That the core serves rests on the core alone. But data comes to a node through whoever leads: that may be a host outside
  // the core, to which some of the core have a way and others have none.
  reconnect();
  const since = clock.monotonic();
  for (;;) {
    const all = await survey();
    const passed = clock.monotonic() - since;
    // Who belongs to no cluster just now holds nothing, and need not.
    const outside = new Set(all.flatMap((report) => (report.outside === true ? [report.node] : [])));
    const inside = all.filter(({ node }) => !outside.has(node));
    const isAwaited = (node: string): boolean => !outside.has(node);
    result.replicas = inside.filter(({ node }) => core.includes(node));
    if (areOne(result.replicas, core.filter(isAwaited).length)) {
      result.converged ??= passed;
      if (areOne(inside, running().filter(isAwaited).length) || passed - result.converged > convergence) return true;
    } else if (result.converged === undefined && passed > convergence) {
      return false;
    }
    await clock.sleep(RETRY);
  }
}

function areOne(replicas: readonly ReplicaReport[], count: number): boolean {
  const [first] = replicas;
  return (
    replicas.length === count &&
    replicas.every(({ position, digest }) => position === first?.position && digest === first.digest)
  );
}
