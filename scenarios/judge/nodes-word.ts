import type { Operation } from "../../checkers/history.ts";
import type { TraceRecord } from "../../sim/trace.ts";

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
  const kind = read.outcome === "fail" ? "get-failed" : "get-served";
  return records.findLast(
    ({ host, time, event, data }) =>
      data.kind === kind &&
      host === read.node &&
      data["key"] === read.key &&
      time >= read.invoked &&
      time <= read.completed &&
      (among === undefined || among.has(event)),
  );
}
