import type { RandomStream } from "../../host/random.ts";
import type { ClientPlan, ClientStep, PlannedOperation } from "../plan.ts";
import { drawTarget, type ReadRole } from "../workloads/draw.ts";
import type { TracedOperation } from "./operation-trace.ts";

export interface TraceClientsOptions {
  /** Over how many clients the trace is spread. */
  readonly clients: number;
  /** Whom reads ask. */
  readonly readFrom: ReadRole;
}

/**
 * Clients that do what a trace recorded. The recorded clients are dealt out to them in the order in which they appear; of a
 * trace that tells none, the operations in turn.
 *
 * A client does one thing at a time, and pauses before each for as long as the trace has between it and the client's last:
 * where answers take longer than that, it falls behind the trace. More clients follow it more closely. Every value written
 * is new, of the recorded size or the least that a new one can have.
 */
export function traceClients(
  trace: readonly TracedOperation[],
  random: RandomStream,
  { clients, readFrom }: TraceClientsOptions,
): ClientPlan[] {
  const plans = Array.from({ length: clients }, (_, index) => ({
    name: `trace-${index + 1}`,
    steps: [] as ClientStep[],
    until: 0,
  }));
  const recorded = new Map<string, number>();
  for (const [index, operation] of trace.entries()) {
    const { client, time } = operation;
    let turn = index;
    if (client !== undefined) {
      turn = recorded.get(client) ?? recorded.size;
      recorded.set(client, turn);
    }
    const plan = plans[turn % clients] as (typeof plans)[number];
    const wait = time - plan.until;
    plan.until = time;
    const planned = plannedOf(operation, `${plan.name}-${plan.steps.length + 1}`);
    const reads = planned.op === "read" || planned.op === "scan";
    plan.steps.push(
      reads ? { wait, operation: planned, target: drawTarget(random, readFrom) } : { wait, operation: planned },
    );
  }
  return plans
    .filter(({ steps }) => steps.length > 0)
    .map(({ name, steps }) => ({ name, workload: "register", steps }));
}

function plannedOf({ op, key, size }: TracedOperation, value: string): PlannedOperation {
  switch (op) {
    case "read":
    case "delete":
      return { op, key };
    case "write":
      return { op, key, value, bytes: size };
    case "scan":
      return { op, from: key, limit: size };
  }
}
