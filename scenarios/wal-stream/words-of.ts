import type { Operation } from "../../checkers/history.ts";
import type { TraceRecord } from "../../sim/trace.ts";

/** What a client said of an operation: that it asked for it, and what it heard. */
export function wordsOf({ process, invoked, completed }: Operation, records: readonly TraceRecord[]): TraceRecord[] {
  const said = (time: number, kinds: readonly string[]): TraceRecord[] =>
    records.filter(
      (record) => record.time === time && record.data["process"] === process && kinds.includes(record.data.kind),
    );
  return [...said(invoked, ["client-invoked"]), ...said(completed, ["client-answered", "client-refused"])];
}
