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
  "became-leader",
]);

/** How long before the change that is gone something may have happened that has to do with it. */
const BEFORE = 100_000_000;

/** A change, or what a read saw of one, that a later primary or leader began without. */
interface LeftBehind {
  readonly operation: Operation;
  readonly epoch: number;
  readonly lsn: number;
  readonly began: TraceRecord;
  /** The epoch or term in which it began, and the last entry that it had. */
  readonly next: number;
  readonly after: number;
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
  const { operation, epoch, lsn, began, next, after } = found;
  const { f, key = "", node: host = "", value, completed, invoked } = operation;
  const params = {
    f,
    key,
    host,
    value: describeValue(value ?? null),
    lsn,
    epoch,
    leader: began.host,
    next,
    after,
    // It may have begun before its client heard.
    wait: Math.max(0, began.time - completed),
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
    message: {
      id: `explain-${f === "read" ? "read" : "write"}-${began.data.kind === "became-leader" ? "not-agreed" : "left-behind"}`,
      params,
    },
    context: [...wordsOf(operation, records), ...applied.values(), ...story, ...(undone === undefined ? [] : [undone])],
    alone: true,
  };
}

/** The first primary or leader of a later epoch or term that began before the place at which an operation stands. */
function leftBehind(operation: Operation, records: readonly TraceRecord[]): LeftBehind | undefined {
  if (operation.position === undefined) return undefined;
  const [epoch, lsn] = [epochOf(operation.position), placeOf(operation.position)];
  return epoch === 0
    ? notAgreed(operation, lsn, records)
    : successor({ operation, epoch, lsn }, records, "epoch-began", (data) => [
        Number(data["epoch"]),
        Number(data["after"]),
      ]);
}

/** Where all terms have one order, positions say no term: it is the one in which the node led that answered. */
function notAgreed(operation: Operation, lsn: number, records: readonly TraceRecord[]): LeftBehind | undefined {
  const led = records.findLast(
    ({ host, time, data }) => host === operation.node && time <= operation.completed && data.kind === "became-leader",
  );
  if (led === undefined) return undefined;
  const epoch = Number(led.data["term"]);
  // A leader begins with an entry of its own, which it counts.
  return successor({ operation, epoch, lsn }, records, "became-leader", (data) => [
    Number(data["term"]),
    Number(data["last"]) - 1,
  ]);
}

/** @param read the epoch or term in which a node leads that says so, and the last entry that it has of others */
function successor(
  lost: Pick<LeftBehind, "operation" | "epoch" | "lsn">,
  records: readonly TraceRecord[],
  kind: string,
  read: (data: TraceRecord["data"]) => readonly [next: number, after: number],
): LeftBehind | undefined {
  for (const began of records) {
    if (began.data.kind !== kind) continue;
    const [next, after] = read(began.data);
    if (next > lost.epoch && after < lost.lsn) return { ...lost, began, next, after };
  }
  return undefined;
}
