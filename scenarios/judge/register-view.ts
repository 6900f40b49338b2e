import type { HistoryValue, Operation } from "../../checkers/history.ts";
import { compareKeys } from "./key-order.ts";

/**
 * Operations on registers as the models of single registers know them: a deletion is a write of nothing, and a scan is what
 * {@link withScansAsReads} makes of it. If the whole is linearizable, so is that.
 */
export function registerView(operations: readonly Operation[]): Operation[] {
  return withScansAsReads(operations).map((operation) =>
    operation.f === "delete" ? { ...operation, f: "write", input: null, value: null } : operation,
  );
}

/**
 * The operations with each scan in its place as reads: one of each register that it found, or passed over and found nothing
 * in, under the scan's own index. A scan without an answer says nothing.
 */
export function withScansAsReads(operations: readonly Operation[]): Operation[] {
  const keys = [...new Set(operations.flatMap(({ key }) => key ?? []))].sort(compareKeys);
  return operations.flatMap((operation) => {
    if (operation.f !== "scan") return [operation];
    return operation.outcome === "ok" ? readsOf(operation, keys) : [];
  });
}

function readsOf(scan: Operation, keys: readonly string[]): Operation[] {
  const { from, limit } = scan.input as { readonly from: string; readonly limit: number };
  const found = new Map(scan.value as readonly (readonly [string, HistoryValue])[]);
  const last = [...found.keys()].at(-1);
  // A scan that stopped at its limit says nothing of what comes after.
  const end = found.size >= limit ? last : undefined;
  const passed = keys.filter((key) => compareKeys(key, from) >= 0 && (end === undefined || compareKeys(key, end) <= 0));
  if (found.size >= limit && last === undefined) return [];
  return [...new Set([...passed, ...found.keys()])].map((key) => ({
    ...scan,
    f: "read",
    key,
    input: undefined,
    value: found.get(key) ?? null,
  }));
}
