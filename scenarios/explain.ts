import { operationsOf, type HistoryEntry, type Operation } from "../checkers/history.ts";
import type { RetainedTrace, TraceRecord } from "../sim/trace.ts";
import { nodesWord } from "./judge/nodes-word.ts";
import { namesFile } from "./shared-disk/names-file.ts";
import { tellForeignWriter } from "./shared-disk/tell-foreign-writer.ts";
import { tellLocked } from "./shared-disk/tell-locked.ts";
import { tellUnflushed } from "./shared-disk/tell-unflushed.ts";
import { printedLabels, printedSteps } from "./shared-disk/printed-steps.ts";
import { tellBehind } from "./wal-stream/tell-behind.ts";
import { tellLeftBehind } from "./wal-stream/tell-left-behind.ts";
import type { Finding, Shown, Telling } from "./scenario.ts";

/** A finding, tied to the trace record in which it shows, with the sentence that says how it came about. */
export interface Explanation extends Shown {
  readonly finding: Finding;
}

/** Explains a finding from a full trace; falls back to the finding's own sentence. */
export function explain(finding: Finding, history: readonly HistoryEntry[], trace: RetainedTrace): Explanation {
  const operations = operationsOf(history);
  const operation = finding.operation === undefined ? undefined : operations[finding.operation];
  const record =
    operation === undefined
      ? atHost(finding, trace.records)
      : (servedAt(operation, trace) ?? endOf(operation, trace.records));
  const others = (finding.related ?? []).flatMap((index) => operations[index] ?? []);
  const related = others.flatMap((other) => endOf(other, trace.records) ?? []);
  const telling = record === undefined ? undefined : tell(finding, record, trace, operation, others);
  return {
    finding,
    claim: telling?.claim ?? finding.claim,
    record,
    context: [...(telling?.context ?? []), ...related],
    message: telling?.message ?? finding.message,
    ...(telling?.alone === undefined ? {} : { alone: telling.alone }),
    ...(telling?.labels === undefined ? {} : { labels: telling.labels }),
  };
}

/** What a client heard of an operation, or that it asked for it, when it heard nothing. */
function endOf({ completed, invoked, process }: Operation, records: readonly TraceRecord[]): TraceRecord | undefined {
  const told = (record: TraceRecord, time: number, kinds: ReadonlySet<string>): boolean =>
    record.time === time && kinds.has(record.data.kind) && record.data["process"] === process;
  // A client that does not pause asks for the next thing in the same moment in which it hears of this one.
  return (
    records.find((record) => told(record, completed, HEARD)) ?? records.find((record) => told(record, invoked, ASKED))
  );
}

const HEARD: ReadonlySet<string> = new Set(["client-answered", "client-refused"]);
const ASKED: ReadonlySet<string> = new Set(["client-invoked"]);

function tell(
  finding: Finding,
  record: TraceRecord,
  trace: RetainedTrace,
  operation: Operation | undefined,
  others: readonly Operation[],
): Telling | undefined {
  switch (finding.kind) {
    case "table-vanished":
    case "table-stale":
      return tellVanished(finding, record, trace);
    case "stale-version":
      return tellStale(finding, record, trace);
    case "unflushed-read":
      return tellUnflushed(finding, record, trace.records, operation, others[0]);
    case "read-refused":
      return tellLocked(record, trace.records);
    case "lost-write":
      return tellLeftBehind(others, trace.records) ?? tellForeignWriter(trace.records, others[0]);
    case "nonlinearizable":
      return (
        tellLeftBehind([...(operation === undefined ? [] : [operation]), ...others], trace.records) ??
        (operation === undefined ? undefined : tellBehind(operation, others, trace.records))
      );
    default:
      return undefined;
  }
}

/** Which newer version the reader did not see. */
function tellStale(finding: Finding, record: TraceRecord, trace: RetainedTrace): Telling | undefined {
  const held = record.data["version"];
  if (typeof held !== "number") return undefined;
  const installed = trace.records.filter(
    ({ data }) => data.kind === "version-installed" && data["version"] === finding.message.params["version"],
  );
  return { message: { id: "explain-stale-version", params: { ...finding.message.params, held } }, context: installed };
}

/** Who deleted the table, when, and how long the reader had held the version that names it. */
function tellVanished(finding: Finding, record: TraceRecord, trace: RetainedTrace): Telling | undefined {
  const { file, version } = record.data;
  if (typeof file !== "string" || typeof version !== "number") return undefined;
  const before = trace.records.slice(0, trace.records.indexOf(record));
  const taken = before.findLast(
    ({ host, data }) => host === record.host && data.kind === "manifest-read" && data["version"] === version,
  );
  // The disk's own record is the moment of the deletion; the deleter speaks of it only when it hears that it was done.
  const past = trace.causalPast(record.event);
  const unlinked = before.findLast(
    ({ event, data }) => data.kind === "file-unlinked" && namesFile(data["path"], file) && past.has(event),
  );
  const deleted = trace.records.find(({ data }) => data.kind === "file-deleted" && data["file"] === file);
  if (taken === undefined || unlinked === undefined || deleted === undefined) return undefined;
  const params = {
    host: record.host,
    version,
    file,
    deleter: deleted.host,
    held: record.time - taken.time,
    gap: record.time - unlinked.time,
  };
  const telling = { message: { id: `explain-${finding.kind}`, params }, context: [taken, deleted, unlinked] };
  const steps = printedSteps(trace.records, record);
  if (steps === undefined) return telling;
  const { compaction, installed, manifest } = steps;
  return {
    ...telling,
    context: [...telling.context, compaction, installed, manifest],
    labels: printedLabels(steps),
  };
}

/** What the node that answered said of the read: of what led to the client's hearing of it, not of another's read. */
function servedAt(operation: Operation, trace: RetainedTrace): TraceRecord | undefined {
  const heard = trace.records.find(
    ({ time, data }) =>
      time === operation.completed &&
      (data.kind === "client-refused" || data.kind === "client-answered") &&
      data["process"] === operation.process,
  );
  return heard === undefined ? undefined : nodesWord(operation, trace.records, trace.causalPast(heard.event));
}

function atHost(finding: Finding, records: readonly TraceRecord[]): TraceRecord | undefined {
  return records.findLast((record) => record.host === finding.host && record.time <= finding.time);
}
