import { describeValue } from "../../checkers/describe-value.ts";
import type { Operation } from "../../checkers/history.ts";
import type { TraceRecord } from "../../sim/trace.ts";
import { epochOf, placeOf } from "../../topologies/position.ts";
import type { Telling } from "../scenario.ts";
import { wordsOf } from "./words-of.ts";

/** What failed, and what people and nodes did about it, on the way from one primary to the next. */
const STORY: ReadonlySet<string> = new Set([
  "fault-began",
  "fault-ended",
  "host-killed",
  "host-lost-power",
  "operator-step",
  "operator-done",
  "epoch-promised",
  "epoch-began",
  "stepped-down",
]);

/** How long before the change that is gone something may have happened that has to do with it. */
const BEFORE = 100_000_000;

/** A change, or what a read saw of one, that a later primary began without. */
interface LeftBehind {
  readonly operation: Operation;
  readonly epoch: number;
  readonly lsn: number;
  readonly began: TraceRecord;
}

/**
 * Tells which primary began without a change that an earlier one had shown or acknowledged, and what had come between.
 *
 * @param concerned the operations that a finding rests on
 * @param records a full trace
 */
export function tellLeftBehind(concerned: readonly Operation[], records: readonly TraceRecord[]): Telling | undefined {
  const found = concerned.flatMap((operation) => leftBehind(operation, records) ?? [])[0];
  if (found === undefined) return undefined;
  const { operation, epoch, lsn, began } = found;
  const { f, key = "", node: host = "", value, completed, invoked } = operation;
  const params = {
    f,
    key,
    host,
    value: describeValue(value ?? null),
    lsn,
    epoch,
    leader: began.host,
    next: Number(began.data["epoch"]),
    after: Number(began.data["after"]),
    wait: began.time - completed,
  };
  const applied = new Map<string, TraceRecord>();
  for (const record of records) {
    const { kind } = record.data;
    const had = kind === "applied" && record.data["epoch"] === epoch && Number(record.data["lsn"]) >= lsn;
    if (had && !applied.has(record.host)) applied.set(record.host, record);
  }
  const story = records.filter(
    ({ time, data }) => STORY.has(data.kind) && time >= invoked - BEFORE && time <= began.time,
  );
  const undone = records.find(
    ({ host: at, time, data }) =>
      at === host && time > began.time && (data.kind === "rewound" || data.kind === "full-sync-installed"),
  );
  return {
    message: { id: f === "read" ? "explain-read-left-behind" : "explain-write-left-behind", params },
    context: [...wordsOf(operation, records), ...applied.values(), ...story, ...(undone === undefined ? [] : [undone])],
    alone: true,
  };
}

/** The first primary of a later epoch that began before the place at which an operation stands. */
function leftBehind(operation: Operation, records: readonly TraceRecord[]): LeftBehind | undefined {
  if (operation.position === undefined) return undefined;
  const [epoch, lsn] = [epochOf(operation.position), placeOf(operation.position)];
  const began = records.find(
    ({ data }) => data.kind === "epoch-began" && Number(data["epoch"]) > epoch && Number(data["after"]) < lsn,
  );
  return began === undefined ? undefined : { operation, epoch, lsn, began };
}
