import type { TraceRecord } from "../../sim/trace.ts";

/** The document's five moments of a table that a replica opens although a newer version has given it up. */
export interface PrintedSteps {
  /** T1: the compaction that gives the table up begins. */
  readonly compaction: TraceRecord;
  /** T2: the manifest says so, durably. */
  readonly installed: TraceRecord;
  /** T3: the replica reads the manifest, and is told the older version. */
  readonly manifest: TraceRecord;
  /** T4: it goes to open the table. */
  readonly opened: TraceRecord;
  /** T5: the table is deleted. */
  readonly deleted: TraceRecord;
}

/**
 * Finds the five for a replica's opening of a table, whether it succeeded or not.
 *
 * @param records a full trace
 * @param opened what the replica said of it: "table-opened", "table-missing" or "get-failed"
 * @returns undefined when it is another story: the table was never given up, or the replica knew of no older manifest
 */
export function printedSteps(records: readonly TraceRecord[], opened: TraceRecord): PrintedSteps | undefined {
  const file = String(opened.data["file"]);
  const number = String(Number.parseInt(file, 10));
  const installed = records.find(
    ({ data }) => data.kind === "version-installed" && lists(data["removed"], number) && !lists(data["added"], number),
  );
  if (installed === undefined || installed.time > opened.time) return undefined;
  const compaction = records.findLast(
    ({ index, data }) => index < installed.index && data.kind === "compaction-started" && lists(data["inputs"], number),
  );
  // Its mount answered from memory, and the answer was out of date.
  const manifest = records.findLast(
    ({ host, index, time, data }) =>
      index < opened.index &&
      time >= installed.time &&
      host === opened.host &&
      data.kind === "stale-attributes" &&
      String(data["path"]).includes("MANIFEST"),
  );
  const deleted = records.find(
    ({ data }) => data.kind === "file-unlinked" && String(data["path"]).endsWith(`/${file}`),
  );
  if (compaction === undefined || manifest === undefined || deleted === undefined) return undefined;
  return { compaction, installed, manifest, opened, deleted };
}

/** What the document calls each of them. */
export function printedLabels(steps: PrintedSteps): ReadonlyMap<TraceRecord, string> {
  const { compaction, installed, manifest, opened, deleted } = steps;
  return new Map([
    [compaction, "T1"],
    [installed, "T2"],
    [manifest, "T3"],
    [opened, "T4"],
    [deleted, "T5"],
  ]);
}

function lists(numbers: unknown, number: string): boolean {
  return typeof numbers === "string" && numbers.split(",").includes(number);
}
