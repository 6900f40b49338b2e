import { isChange, leftBy } from "../../checkers/registers.ts";
import { identityOf } from "../../checkers/identity.ts";
import { onlyReads } from "../../checkers/answers.ts";
import type { HistoryValue } from "../../checkers/history.ts";
import type { TraceRecord } from "../../sim/trace.ts";
import { nodesWord } from "../judge/nodes-word.ts";
import type { MeasuredRun, MetricGroup } from "./metric.ts";

/** What an engine's background work does to files: makes one, or takes one away. */
const CHANGES: ReadonlySet<string> = new Set([
  "flush-finished",
  "compaction-finished",
  "wal-created",
  "manifest-created",
  "file-deleted",
]);

/** What happens to files that several nodes look at. Nodes that only read are told by their reading manifests. */
export const sharedFiles: MetricGroup = {
  metrics: [
    { name: "file-changes", unit: "count", better: undefined },
    // While a read asked of a replica was under way.
    { name: "file-changes-in-reads", unit: "count", better: "lower" },
    { name: "reader-file-changes", unit: "count", better: "lower" },
    // Of what the files did not hold that the replica served it from.
    { name: "reads-before-flush", unit: "count", better: undefined },
    // Of tables that a version on the disk had given up when a reader went to open them: before their deletion began, which
    // is the order that the document prints, and after.
    { name: "opens-before-deletion", unit: "count", better: undefined },
    { name: "opens-before-deletion-failed", unit: "count", better: "lower" },
    { name: "opens-after-deletion-failed", unit: "count", better: "lower" },
  ],
  observes: [
    ...CHANGES,
    "manifest-read",
    "version-installed",
    "file-delete-started",
    "table-opened",
    "table-missing",
    "get-served",
  ],
  measure(run, add) {
    const readers = new Set(run.observed.flatMap(({ host, data }) => (data.kind === "manifest-read" ? [host] : [])));
    changesOf(run, readers, add);
    add("reads-before-flush", readsBeforeFlush(run));
    if (readers.size > 0) opensOf(run.observed, readers, add);
  },
};

function changesOf({ observed, operations, asked }: MeasuredRun, readers: ReadonlySet<string>, add: Add): void {
  const reads = operations.filter((operation) => asked[operation.index]?.role === "replica" && onlyReads(operation));
  const changes = observed.filter(({ data }) => CHANGES.has(data.kind));
  const under = changes.filter(({ time }) =>
    reads.some(({ invoked, completed }) => invoked <= time && time <= completed),
  );
  add("file-changes", changes.length);
  add("file-changes-in-reads", under.length);
  add("reader-file-changes", changes.filter(({ host }) => readers.has(host)).length);
}

/** Reads that found a write which the files that they were served from do not hold: it came from a log, or from memory. */
function readsBeforeFlush({ registers, observed, asked }: MeasuredRun): number {
  const positions = new Map<string, number>();
  for (const change of registers) {
    if (!isChange(change) || change.position === undefined) continue;
    positions.set(nameOf(change.key, leftBy(change)), change.position);
  }
  const flushed = new Map<unknown, number>();
  for (const { data } of observed) {
    if (data.kind === "version-installed") flushed.set(data["version"], Number(data["flushed"]));
  }
  return registers.filter((read) => {
    const { f, outcome, index, key, value = null } = read;
    if (f !== "read" || outcome !== "ok" || value === null || asked[index]?.role !== "replica") return false;
    const position = positions.get(nameOf(key, value));
    const version = nodesWord(read, observed)?.data["version"];
    return position !== undefined && position > (flushed.get(version) ?? Infinity);
  }).length;
}

function nameOf(key = "", value: HistoryValue): string {
  return `${key} ${String(identityOf(value))}`;
}

function opensOf(observed: readonly TraceRecord[], readers: ReadonlySet<string>, add: Add): void {
  const givenUp = new Map<number, number>();
  const deleted = new Map<number, number>();
  for (const { time, data } of observed) {
    if (data.kind === "file-delete-started") deleted.set(numberOf(data["file"]), time);
    if (data.kind !== "version-installed") continue;
    const added = new Set(numbersOf(data["added"]));
    // What is in both was moved to another level.
    for (const file of numbersOf(data["removed"])) if (!added.has(file)) givenUp.set(file, time);
  }
  let [before, beforeFailed, afterFailed] = [0, 0, 0];
  for (const { host, time, data } of observed) {
    const { kind, file } = data;
    if (!readers.has(host) || (kind !== "table-opened" && kind !== "table-missing")) continue;
    if (time < (givenUp.get(numberOf(file)) ?? Infinity)) continue;
    const early = time < (deleted.get(numberOf(file)) ?? Infinity);
    if (early) before++;
    if (early && kind === "table-missing") beforeFailed++;
    if (!early && kind === "table-missing") afterFailed++;
  }
  add("opens-before-deletion", before);
  add("opens-before-deletion-failed", beforeFailed);
  add("opens-after-deletion-failed", afterFailed);
}

type Add = (metric: string, value: number) => void;

/** The number of "000012.sst". */
function numberOf(file: unknown): number {
  return Number.parseInt(String(file), 10);
}

function numbersOf(list: unknown): number[] {
  return typeof list === "string" && list !== "" ? list.split(",").map(Number) : [];
}
