import type { Operation } from "./history.ts";

/** Reads that the system answered with an error, as opposed to reads that nobody answered. */
export function refusedReads(operations: readonly Operation[], error?: string): Operation[] {
  return operations.filter(
    (operation) =>
      operation.f === "read" && operation.outcome === "fail" && (error === undefined || operation.error === error),
  );
}
