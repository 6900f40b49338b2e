import type { Operation } from "./history.ts";
import { isList } from "./identity.ts";

/** Reads, scans and transactions that only read, that a node answered with an error, as opposed to reads that nobody answered: those are availability's matter. */
export function refusedReads(operations: readonly Operation[], error?: string): Operation[] {
  return operations.filter(
    (operation) =>
      operation.outcome === "fail" &&
      operation.node !== undefined &&
      (error === undefined || operation.error === error) &&
      onlyReads(operation),
  );
}

/** Whether an operation changes nothing: a transaction may read only. */
export function onlyReads({ f, input }: Pick<Operation, "f" | "input">): boolean {
  if (f === "txn") return isList(input) && input.every((step) => isList(step) && step[0] === "r");
  return f === "read" || f === "scan";
}
