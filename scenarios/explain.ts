import { operationsOf, type HistoryEntry, type Operation } from "../checkers/history.ts";
import type { TraceRecord } from "../sim/trace.ts";
import type { Message } from "./message.ts";
import type { Finding } from "./scenario.ts";

/** A finding, tied to the trace record in which it shows, with the sentence that says how it came about. */
export interface Explanation {
  readonly finding: Finding;
  /** Where it shows; undefined when the trace has nothing of it. */
  readonly record: TraceRecord | undefined;
  /** What else has to be shown to understand it, such as what a stale reader did not see. */
  readonly context: readonly TraceRecord[];
  readonly message: Message;
}

/** What a sentence says, and the records beside the finding's own that it speaks of. */
interface Telling {
  readonly message: Message;
  readonly context: readonly TraceRecord[];
}

/** Explains a finding from a full trace; falls back to the finding's own sentence. */
export function explain(
  finding: Finding,
  history: readonly HistoryEntry[],
  records: readonly TraceRecord[],
): Explanation {
  const operation = finding.operation === undefined ? undefined : operationsOf(history)[finding.operation];
  const record = operation === undefined ? atHost(finding, records) : servedAt(operation, finding.host, records);
  const telling = record === undefined ? undefined : tell(finding, record, records);
  return { finding, record, context: telling?.context ?? [], message: telling?.message ?? finding.message };
}

function tell(finding: Finding, record: TraceRecord, records: readonly TraceRecord[]): Telling | undefined {
  switch (finding.kind) {
    case "table-vanished":
    case "table-stale":
      return tellVanished(finding, record, records);
    case "stale-version":
      return tellStale(finding, record, records);
    default:
      return undefined;
  }
}

/** Which newer version the reader did not see. */
function tellStale(finding: Finding, record: TraceRecord, records: readonly TraceRecord[]): Telling | undefined {
  const held = record.data["version"];
  if (typeof held !== "number") return undefined;
  const installed = records.filter(
    ({ data }) => data.kind === "version-installed" && data["version"] === finding.message.params["version"],
  );
  return { message: { id: "explain-stale-version", params: { ...finding.message.params, held } }, context: installed };
}

/** Who deleted the table, when, and how long the reader had held the version that names it. */
function tellVanished(finding: Finding, record: TraceRecord, records: readonly TraceRecord[]): Telling | undefined {
  const { file, version } = record.data;
  if (typeof file !== "string" || typeof version !== "number") return undefined;
  const before = records.slice(0, records.indexOf(record));
  const taken = before.findLast(
    ({ host, data }) => host === record.host && data.kind === "manifest-read" && data["version"] === version,
  );
  // The disk's own record of the deletion is the moment it happened; the deleter's comes when it hears of it.
  const unlinked = before.findLast(({ data }) => data.kind === "file-unlinked" && endsWithFile(data["path"], file));
  const deleted =
    before.findLast(({ data }) => data.kind === "file-deleted" && data["file"] === file) ??
    records.find(({ data }) => data.kind === "file-deleted" && data["file"] === file);
  if (taken === undefined || deleted === undefined) return undefined;
  const at = unlinked?.time ?? deleted.time;
  const params = {
    host: record.host,
    version,
    file,
    deleter: deleted.host,
    held: record.time - taken.time,
    gap: Math.max(0, record.time - at),
  };
  const context = [taken, deleted, ...(unlinked === undefined ? [] : [unlinked])];
  return { message: { id: `explain-${finding.kind}`, params }, context };
}

function endsWithFile(path: unknown, file: string): boolean {
  return typeof path === "string" && path.endsWith(`/${file}`);
}

/** What the node that answered said of the read. */
function servedAt(operation: Operation, host: string, records: readonly TraceRecord[]): TraceRecord | undefined {
  return records.findLast(
    (record) =>
      record.host === host &&
      (record.data.kind === "get-failed" || record.data.kind === "get-served") &&
      record.data["key"] === operation.key &&
      record.time >= operation.invoked &&
      record.time <= operation.completed,
  );
}

function atHost(finding: Finding, records: readonly TraceRecord[]): TraceRecord | undefined {
  return records.findLast((record) => record.host === finding.host && record.time <= finding.time);
}
