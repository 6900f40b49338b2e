import { judgeClaim } from "../scenarios/claims/judge-claim.ts";
import { fillTable } from "../scenarios/comparison-table.ts";
import { EntryRecord } from "./entry-record.ts";
import { judgeSuite } from "./judge-suite.ts";
import type { SuiteReport } from "./suite-report.ts";

/** Reports that are no parts of one run. */
export class MergeError extends Error {
  override readonly name = "MergeError";
}

/** A shard's report, and what to call it when there is something wrong with it. */
export interface NamedReport {
  readonly name: string;
  readonly report: SuiteReport;
}

/**
 * Joins the reports of all shards of a run into the report that one machine would have made of all of it.
 *
 * @throws MergeError for reports of different builds, suites or options, and for a shard that is missing or there twice
 */
export function mergeReports(parts: readonly NamedReport[]): SuiteReport {
  const [first] = parts;
  if (first === undefined) throw new MergeError("there is nothing to merge");
  for (const part of parts) checkSame(first, part);
  checkShards(parts);
  const ordered = parts.map(({ report }) => report).sort((a, b) => (a.shard?.index ?? 1) - (b.shard?.index ?? 1));
  const { options, entries, claims, tables } = first.report;
  const merged = entries.map((subject, index) => {
    const record = new EntryRecord(subject);
    for (const report of ordered) {
      const entry = report.entries[index];
      if (entry !== undefined) record.merge(entry);
    }
    return record.finish(true);
  });
  const ended = latest(ordered.map((report) => report.ended));
  // What a part has of a claim or a table is what is asked for, and what it came to by itself.
  const judged = claims.map((claim) => judgeClaim(claim, merged, true));
  return {
    format: "faultline-report",
    schema: first.report.schema,
    build: first.report.build,
    suite: first.report.suite,
    options,
    shard: null,
    ended,
    verdict: judgeSuite(merged, judged, ended),
    entries: merged,
    claims: judged,
    tables: tables.map((table) => fillTable(table, merged)),
    timings: mergeTimings(ordered),
  };
}

function checkSame(first: NamedReport, other: NamedReport): void {
  const differ = (what: string, a: string, b: string): never => {
    throw new MergeError(`${what} differ: ${first.name} has ${a}, ${other.name} has ${b}`);
  };
  const [a, b] = [first.report, other.report];
  if (a.build !== b.build) differ("builds", a.build, b.build);
  if (a.suite !== b.suite) differ("suites", a.suite ?? "none", b.suite ?? "none");
  for (const name of Object.keys(a.options) as (keyof SuiteReport["options"])[]) {
    const [left, right] = [a.options[name], b.options[name]];
    if (left !== right) differ(`options (${name})`, String(left ?? "none"), String(right ?? "none"));
  }
  if (subjects(a) !== subjects(b)) differ("suites", "other entries", "its own");
}

/** What a report's entries are about, as one text. */
function subjects({ entries }: SuiteReport): string {
  return JSON.stringify(
    entries.map(({ scenario, topology, case: file, expectation, firstSeed, planned }) => [
      [scenario, topology, file, firstSeed, planned],
      expectation,
    ]),
  );
}

function checkShards(parts: readonly NamedReport[]): void {
  const of = parts[0]?.report.shard?.of ?? 1;
  const seen = new Map<number, string>();
  for (const { name, report } of parts) {
    const { index, of: total } = report.shard ?? { index: 1, of: 1 };
    if (total !== of) {
      throw new MergeError(
        `numbers of shards differ: ${parts[0]?.name ?? ""} is one of ${of}, ${name} one of ${total}`,
      );
    }
    const twin = seen.get(index);
    if (twin !== undefined) throw new MergeError(`shard ${index}/${of} is there twice: ${twin} and ${name}`);
    seen.set(index, name);
  }
  const missing = Array.from({ length: of }, (_, index) => index + 1).filter((index) => !seen.has(index));
  if (missing.length > 0) {
    const names = missing.map((index) => `${index}/${of}`).join(", ");
    throw new MergeError(`${missing.length === 1 ? "shard" : "shards"} ${names} missing`);
  }
}

/** The end that says most against the run's being complete. */
function latest(ends: readonly SuiteReport["ended"][]): SuiteReport["ended"] {
  return (["interrupted", "bail", "time"] as const).find((end) => ends.includes(end)) ?? "complete";
}

/** Shards run side by side: the wall clock shows the longest, the workers add up. */
function mergeTimings(reports: readonly SuiteReport[]): SuiteReport["timings"] {
  const timings = reports.map((report) => report.timings);
  return {
    startedAt: timings.map(({ startedAt }) => startedAt).sort()[0] ?? "",
    seconds: Math.max(...timings.map(({ seconds }) => seconds)),
    workers: timings.reduce((sum, { workers }) => sum + workers, 0),
    entrySeconds: (timings[0]?.entrySeconds ?? []).map((_, index) =>
      rounded(timings.reduce((sum, { entrySeconds }) => sum + (entrySeconds[index] ?? 0), 0)),
    ),
  };
}

function rounded(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
