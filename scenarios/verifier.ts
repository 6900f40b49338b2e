import type { Host } from "../host/host.ts";
import { MILLISECOND, type Duration } from "../host/time.ts";
import type { ClusterClient } from "../topologies/topology.ts";
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
  /** Whether the nemesis has healed the core. */
  readonly healed: () => boolean;
  /** How long it may take, on the host's clock, until a change succeeds again. */
  readonly within: Duration;
}

/** What the verifier found, beside what it recorded in the history. */
export interface Verification {
  /** From the healing until a change succeeded, on the verifier's clock; undefined while none has. */
  recovered: Duration | undefined;
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
  while (!surroundings.healed()) await clock.sleep(POLL);
  const since = clock.monotonic();
  for (let probe = 1; ; probe++) {
    const operation: PlannedOperation = { op: "write", key: PROBE_KEY, value: `probe-${probe}`, bytes: 0 };
    if (await carryOut(host, client, { wait: 0, operation }, as("register"))) break;
    if (clock.monotonic() - since > surroundings.within) return;
    await clock.sleep(RETRY);
  }
  result.recovered = clock.monotonic() - since;
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
