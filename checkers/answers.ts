import type { Operation } from "./history.ts";

/** Reads that a node answered with an error, as opposed to reads that nobody answered: those are availability's matter. */
export function refusedReads(operations: readonly Operation[], error?: string): Operation[] {
  return operations.filter(
    ({ f, outcome, node, error: code }) =>
      f === "read" && outcome === "fail" && node !== undefined && (error === undefined || code === error),
  );
}
