import type { Operation } from "../../checkers/history.ts";
import { checkLinearizable } from "../../checkers/linearizability/check-linearizable.ts";
import type { LinearizabilityModel } from "../../checkers/linearizability/model.ts";
import type { CheckResult } from "../../checkers/verdict.ts";
import type { WorkloadKind } from "../plan.ts";
import { registerView } from "./register-view.ts";

/** What a search may take. */
export interface CheckBudget {
  /** Configurations. */
  readonly steps: number;
  readonly bytes: number;
}

/** What a run's history is worth: some seconds of search. */
const DEFAULT_BUDGET: CheckBudget = { steps: 5_000_000, bytes: 256 * 2 ** 20 };

/** Which object the operations of a workload work on. Accounts and lists are judged by checkers of their own. */
const MODELS: ReadonlyMap<WorkloadKind, LinearizabilityModel> = new Map([
  ["register", "cas-register"],
  ["counter", "counter"],
  ["set", "set"],
]);

/** Holds the operations of one kind of workload against its object; undefined for a kind that has none. */
export function linearizabilityOf(
  workload: WorkloadKind,
  operations: readonly Operation[],
  budget: CheckBudget = DEFAULT_BUDGET,
): CheckResult | undefined {
  const model = MODELS.get(workload);
  if (model === undefined || operations.length === 0) return undefined;
  const subject = workload === "register" ? view(operations) : operations;
  return checkLinearizable(subject, model, budget);
}

function view(operations: readonly Operation[]): Operation[] {
  const keys = new Set(operations.flatMap(({ key }) => key ?? []));
  return registerView(operations, [...keys]);
}
