import type { HistoryValue, Operation } from "../../checkers/history.ts";
import type { TraceRecord } from "../../sim/trace.ts";

/** What an operation asks for, as nodes call it: its key, or its keys in one text; of a scan, where it begins. */
export function keysAsked({ f, key, input }: Operation): string {
  if (key !== undefined) return key;
  if (f === "scan") return (input as { readonly from: string }).from;
  if (f !== "txn") return "";
  const keys = (input as readonly (readonly HistoryValue[])[]).map(([, each]) => each as string);
  return [...new Set(keys)].sort().join(" ");
}

/**
 * What the node that answered a read said of it: that it failed, or from what it was served. Of several reads of one key
 * that a node answered at once, the last to end within this one's time.
 *
 * @param among when given, only records of these kernel events come into question
 */
export function nodesWord(
  read: Operation,
  records: readonly TraceRecord[],
  among?: ReadonlySet<number>,
): TraceRecord | undefined {
  const asked = keysAsked(read);
  const kind = read.outcome === "fail" ? "get-failed" : "get-served";
  return records.findLast(
    ({ host, time, event, data }) =>
      data.kind === kind &&
      host === read.node &&
      data["key"] === asked &&
      time >= read.invoked &&
      time <= read.completed &&
      (among === undefined || among.has(event)),
  );
}
