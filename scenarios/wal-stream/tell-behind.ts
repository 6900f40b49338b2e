import { describeValue } from "../../checkers/describe-value.ts";
import type { Operation } from "../../checkers/history.ts";
import type { TraceRecord } from "../../sim/trace.ts";
import { placeOf } from "../../topologies/position.ts";
import type { Telling } from "../scenario.ts";
import { wordsOf } from "./words-of.ts";

/**
 * Tells that a node answered a read from an earlier entry of the log than another operation, over before, had been answered
 * from.
 *
 * @param records a full trace
 */
export function tellBehind(
  read: Operation,
  others: readonly Operation[],
  records: readonly TraceRecord[],
): Telling | undefined {
  const { position: own, node: host } = read;
  if (own === undefined || host === undefined || read.f !== "read") return undefined;
  const newer = others.find(
    ({ position, completed }) => position !== undefined && position > own && completed <= read.invoked,
  );
  if (newer?.position === undefined) return undefined;
  const lsn = placeOf(newer.position);
  const applies = (node: string | undefined): TraceRecord[] =>
    records
      .filter((record) => record.host === node && record.data.kind === "applied" && Number(record.data["lsn"]) >= lsn)
      .slice(0, 1);
  return {
    message: {
      id: "explain-read-behind",
      params: {
        f: read.f,
        key: read.key ?? "",
        host,
        value: describeValue(read.value ?? null),
        own: placeOf(own),
        other: newer.node ?? "",
        what: newer.f,
        found: describeValue(newer.value ?? null),
        newer: lsn,
        age: read.invoked - newer.completed,
      },
    },
    context: [...wordsOf(newer, records), ...applies(newer.node), ...wordsOf(read, records), ...applies(host)],
    alone: true,
  };
}
