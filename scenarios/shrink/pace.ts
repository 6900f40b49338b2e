import { operationsOf, type HistoryEntry } from "../../checkers/history.ts";
import type { Plan } from "../plan.ts";
import type { Pace } from "./items.ts";

/** How long the operations of each client took in a run, on average; those that were never answered do not count. */
export function paceOf(plan: Plan, history: readonly HistoryEntry[]): Pace {
  const sums = new Map<string, { time: number; count: number }>();
  for (const { process, invoked, completed } of operationsOf(history)) {
    const client = plan.clients[process];
    if (client === undefined || completed === Infinity) continue;
    const sum = sums.get(client.name) ?? { time: 0, count: 0 };
    sums.set(client.name, { time: sum.time + completed - invoked, count: sum.count + 1 });
  }
  return new Map([...sums].map(([name, { time, count }]) => [name, Math.round(time / count)]));
}
