import type { Plan } from "../plan.ts";

/** How much happens in a plan: operations and faults together. */
export function planSize(plan: Plan): number {
  return plan.clients.reduce((sum, client) => sum + client.steps.length, 0) + plan.faults.length;
}
