import { checkBank } from "../../checkers/bank.ts";
import type { HistoryValue, Operation } from "../../checkers/history.ts";
import type { CheckResult } from "../../checkers/verdict.ts";

/**
 * Holds reads of accounts against what was paid in: nothing before the deposit, all of it after. Each account is paid into
 * once, by one deposit.
 */
export function accountsOf(operations: readonly Operation[]): CheckResult {
  const deposit = operations.find(({ f, outcome }) => f === "deposit" && outcome !== "fail");
  const total = deposit === undefined ? 0 : amountOf(deposit);
  // A read that may have come before the deposit, and one of a deposit that may never have happened, may find nothing.
  const judged = operations.filter(
    (operation) => !(operation.f === "read" && isEmpty(operation) && operation.start < (deposit?.end ?? Infinity)),
  );
  return checkBank(judged, { total });
}

function amountOf({ input }: Operation): number {
  const { keys, amount } = input as { readonly keys: readonly string[]; readonly amount: number };
  return keys.length * amount;
}

function isEmpty({ outcome, value }: Operation): boolean {
  return outcome === "ok" && Object.values(value as Record<string, HistoryValue>).every((balance) => balance === 0);
}
