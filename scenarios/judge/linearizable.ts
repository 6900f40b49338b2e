import type { Operation } from "../../checkers/history.ts";
import { checkLinearizable, type LinearizabilityResult } from "../../checkers/linearizability/check-linearizable.ts";
import type { LinearizabilityModel } from "../../checkers/linearizability/model.ts";
import type { Message } from "../../checkers/message.ts";
import type { WorkloadKind } from "../plan.ts";
import { registerView } from "./register-view.ts";

/** Configurations that a run's history is worth: some seconds of search. */
const STEPS = 5_000_000;
const BYTES = 256 * 2 ** 20;

/** What a check of linearizability came to. */
export interface LinearizabilityOutcome {
  /** Operations that cannot be placed, each with what is to be said of it. */
  readonly violations: readonly { readonly operation: number; readonly message: Message }[];
  /** What ended the search before there was an answer. */
  readonly unknown: Message | undefined;
}

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
): LinearizabilityOutcome | undefined {
  const model = MODELS.get(workload);
  if (model === undefined || operations.length === 0) return undefined;
  const result = checkLinearizable(workload === "register" ? view(operations) : operations, model, {
    steps: STEPS,
    bytes: BYTES,
  });
  return outcomeOf(result);
}

function view(operations: readonly Operation[]): Operation[] {
  const keys = new Set(operations.flatMap(({ key }) => key ?? []));
  return registerView(operations, [...keys]);
}

function outcomeOf({ violations, unknown }: LinearizabilityResult): LinearizabilityOutcome {
  return {
    violations: violations.map(({ operations, message }) => ({ operation: operations[0] ?? 0, message })),
    unknown,
  };
}
