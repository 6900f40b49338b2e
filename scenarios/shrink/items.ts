import type { Duration } from "../../host/time.ts";
import type { PlannedFault } from "../faults/fault.ts";
import { LARGEST_VALUE, type ClientStep, type Plan } from "../plan.ts";

/** How long an operation of a client takes, on average, by client. */
export type Pace = ReadonlyMap<string, Duration>;

const NO_PACE: ReadonlyMap<string, Duration> = new Map();

/** What an entry takes in a memtable beside its value, about. */
const ENTRY_BYTES = 24;

/** One thing of a plan that can be left out by itself. */
export type PlanItem =
  | { readonly kind: "fault"; readonly fault: PlannedFault }
  | { readonly kind: "step"; readonly client: number; readonly step: ClientStep };

/** Everything that can be left out, faults first: what a run does without them is easier to follow. */
export function itemsOf(plan: Plan): PlanItem[] {
  return [
    ...plan.faults.map((fault): PlanItem => ({ kind: "fault", fault })),
    ...plan.clients.flatMap(({ steps }, client) => steps.map((step): PlanItem => ({ kind: "step", client, step }))),
  ];
}

/**
 * The plan with these of its items alone. So that what remains still happens when it did, a step waits for as long as
 * those left out before it would have taken, and a write is as large as it and the writes left out before it were: memtables
 * fill up at the same moments. Clients that have nothing left to do are left out, but for one.
 */
export function withItems(plan: Plan, items: readonly PlanItem[], pace: Pace = NO_PACE): Plan {
  const kept = new Set(items.map((item) => (item.kind === "fault" ? item.fault : item.step)));
  const clients = plan.clients.map((client) => ({
    ...client,
    steps: remaining(client.steps, kept, pace.get(client.name) ?? 0),
  }));
  const busy = clients.filter((client) => client.steps.length > 0);
  return {
    ...plan,
    clients: busy.length > 0 ? busy : clients.slice(0, 1),
    faults: plan.faults.filter((fault) => kept.has(fault)),
  };
}

function remaining(steps: readonly ClientStep[], kept: ReadonlySet<unknown>, each: Duration): ClientStep[] {
  const left: ClientStep[] = [];
  let wait = 0;
  let bytes = 0;
  for (const step of steps) {
    const { operation } = step;
    if (!kept.has(step)) {
      wait += step.wait + each;
      if (operation.op === "write") bytes += ENTRY_BYTES + operation.bytes;
      continue;
    }
    if (wait === 0 && (bytes === 0 || operation.op !== "write")) {
      left.push(step);
      continue;
    }
    const grown =
      operation.op === "write" ? { ...operation, bytes: Math.min(LARGEST_VALUE, operation.bytes + bytes) } : operation;
    if (operation.op === "write") bytes = 0;
    left.push({ ...step, wait: step.wait + wait, operation: grown });
    wait = 0;
  }
  return left;
}
