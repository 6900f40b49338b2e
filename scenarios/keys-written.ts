import { keysOf } from "../topologies/operation.ts";
import type { ClientPlan, PlannedOperation, WorkloadKind } from "./plan.ts";

export interface FinalRead {
  readonly workload: WorkloadKind;
  readonly operation: PlannedOperation;
}

/** The reads that show everything clients may have written, each key once, by kind of workload. */
export function keysWritten(clients: readonly ClientPlan[]): FinalRead[] {
  const keys = new Map<WorkloadKind, Set<string>>();
  for (const { workload, steps } of clients) {
    const known = keys.get(workload) ?? new Set<string>();
    keys.set(workload, known);
    for (const { operation } of steps) for (const key of keysOf(operation)) known.add(key);
  }
  return [...keys].flatMap(([workload, known]) =>
    readsOf(workload, [...known].sort()).map((operation) => ({ workload, operation })),
  );
}

function readsOf(workload: WorkloadKind, keys: readonly string[]): PlannedOperation[] {
  if (keys.length === 0) return [];
  switch (workload) {
    case "register":
      return keys.map((key) => ({ op: "read", key }));
    case "counter":
      return keys.map((key) => ({ op: "read-counter", key }));
    case "set":
      return keys.map((key) => ({ op: "read-set", key }));
    case "bank":
      return [{ op: "read-accounts", keys }];
    case "list-append":
      return [{ op: "txn", steps: keys.map((key) => ["r", key] as const) }];
  }
}
