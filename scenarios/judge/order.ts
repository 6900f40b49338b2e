import type { Operation } from "../../checkers/history.ts";
import { checkLinearizable } from "../../checkers/linearizability/check-linearizable.ts";
import { checkListAppend } from "../../checkers/transactions/list-append.ts";
import type { CheckResult } from "../../checkers/verdict.ts";
import type { WorkloadKind } from "../plan.ts";
import type { FindingKind } from "../scenario.ts";
import { accountsOf } from "./accounts.ts";
import { registerView } from "./register-view.ts";

/** What a search may take. */
export interface CheckBudget {
  /** Configurations. */
  readonly steps: number;
  readonly bytes: number;
}

/** What a run's history is worth: some seconds of search. */
const DEFAULT_BUDGET: CheckBudget = { steps: 5_000_000, bytes: 256 * 2 ** 20 };

/** What a workload's operations are called when they are not as one object would have them. */
export const DISORDER: Readonly<Record<WorkloadKind, FindingKind>> = {
  register: "nonlinearizable",
  counter: "nonlinearizable",
  set: "nonlinearizable",
  bank: "wrong-total",
  "list-append": "transaction-anomaly",
};

/**
 * Holds the operations of one kind of workload against its object. Accounts are held against their total, which a total order
 * keeps, and transactions over lists against strict serializability: searching their orders would take too long.
 */
export function orderOf(
  workload: WorkloadKind,
  operations: readonly Operation[],
  budget: CheckBudget = DEFAULT_BUDGET,
): CheckResult {
  switch (workload) {
    case "register":
      return checkLinearizable(registerView(operations), "cas-register", budget);
    case "counter":
    case "set":
      return checkLinearizable(operations, workload, budget);
    case "bank":
      return accountsOf(operations);
    case "list-append":
      return checkListAppend(operations, { model: "strict-serializable" });
  }
}
