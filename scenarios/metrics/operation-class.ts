import type { HistoryValue, Operation } from "../../checkers/history.ts";

/** Whether an operation changes nothing, by what a history calls it: a transaction may read only. */
export function isRead({ f, input }: Pick<Operation, "f" | "input">): boolean {
  if (f !== "txn") return f === "read" || f === "scan";
  return (input as readonly (readonly [string, ...HistoryValue[]])[]).every(([step]) => step === "r");
}
