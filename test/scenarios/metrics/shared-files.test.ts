import { expect, test } from "vitest";
import type { Operation } from "../../../checkers/history.ts";
import { sharedFiles } from "../../../scenarios/metrics/shared-files.ts";
import type { MeasuredRun } from "../../../scenarios/metrics/metric.ts";
import type { TraceRecord } from "../../../sim/trace.ts";

const record = (time: number, host: string, data: TraceRecord["data"]): TraceRecord => ({
  index: time,
  time,
  host,
  incarnation: 1,
  event: time,
  data,
});

const operation = (
  index: number,
  f: string,
  invoked: number,
  completed: number,
  more: Partial<Operation>,
): Operation => ({
  index,
  process: 0,
  f,
  key: "k",
  input: undefined,
  value: null,
  outcome: "ok",
  invoked,
  completed,
  start: index,
  end: index,
  error: undefined,
  node: "replica-1",
  position: undefined,
  ...more,
});

function measured(observed: readonly TraceRecord[], operations: readonly Operation[]): Map<string, number> {
  const values = new Map<string, number>();
  const asked = operations.map(({ f }) => ({ role: f === "read" ? "replica" : "primary", sync: undefined }) as const);
  const run = { observed, operations, all: operations, registers: operations, asked } as unknown as MeasuredRun;
  sharedFiles.measure(run, (metric, value) => values.set(metric, value));
  return values;
}

const MANIFEST_READ = record(1, "replica-1", { kind: "manifest-read", version: 1, manifest: "m", files: "4" });

test("openings of tables that were given up are told apart by whether their deletion had begun", () => {
  const values = measured(
    [
      MANIFEST_READ,
      record(5, "replica-1", { kind: "table-opened", file: "000004.sst" }),
      record(10, "primary", { kind: "version-installed", version: 2, added: "6,5", removed: "4,5", flushed: 9 }),
      record(11, "replica-1", { kind: "table-opened", file: "000005.sst" }),
      record(12, "replica-1", { kind: "table-opened", file: "000004.sst" }),
      record(13, "primary", { kind: "table-opened", file: "000004.sst" }),
      record(20, "primary", { kind: "file-delete-started", file: "000004.sst" }),
      record(21, "replica-1", { kind: "table-missing", file: "000004.sst", version: 1, reason: "" }),
    ],
    [],
  );
  // Neither what was opened before it was given up, nor what only moved to another level, nor what the primary opens.
  expect(values.get("opens-before-deletion")).toBe(1);
  expect(values.get("opens-before-deletion-failed")).toBe(0);
  expect(values.get("opens-after-deletion-failed")).toBe(1);
});

test("changes of files count as under reads while a read of a replica is under way", () => {
  const changes = [5, 15, 25].map((time) => record(time, "primary", { kind: "file-deleted", file: "000001.log" }));
  const values = measured([MANIFEST_READ, ...changes], [operation(0, "read", 10, 20, {})]);
  expect(values.get("file-changes")).toBe(3);
  expect(values.get("file-changes-in-reads")).toBe(1);
  expect(values.get("reader-file-changes")).toBe(0);
});

test("a read is before the flush when the files that it was served from do not hold what it found", () => {
  const write = operation(0, "write", 1, 2, { value: "a", node: "primary", position: 7 });
  const read = operation(1, "read", 10, 20, { value: "a" });
  const served = record(19, "replica-1", { kind: "get-served", key: "k", version: 2 });
  const holding = (flushed: number): TraceRecord =>
    record(5, "primary", { kind: "version-installed", version: 2, added: "", removed: "", flushed });
  expect(measured([MANIFEST_READ, holding(6), served], [write, read]).get("reads-before-flush")).toBe(1);
  expect(measured([MANIFEST_READ, holding(7), served], [write, read]).get("reads-before-flush")).toBe(0);
});
