import { EntryRecord, type EntrySubject, type RecordedRun } from "../../../report/entry-record.ts";
import { judgeSuite } from "../../../report/judge-suite.ts";
import { REPORT_SCHEMA, type SuiteReport } from "../../../report/suite-report.ts";
import type { Claim } from "../../../scenarios/claims/claim.ts";
import { judgeClaim } from "../../../scenarios/claims/judge-claim.ts";
import { fillTable, type TableDefinition } from "../../../scenarios/comparison-table.ts";
import type { Shard } from "../../../scenarios/suite.ts";

export const single: EntrySubject = {
  scenario: "compaction-race",
  topology: "single",
  case: null,
  expectation: { kind: "holds" },
  firstSeed: 1,
  planned: 40,
};

export const shared: EntrySubject = {
  ...single,
  topology: "shared-disk:as-written",
  expectation: { kind: "violates", finding: "table-vanished", claim: "SD-2", withinSeeds: 30, also: [] },
};

export function holding(seed: number): RecordedRun {
  return {
    seed,
    verdict: "holds",
    findings: [],
    faults: [],
    fingerprint: `print-${seed}`,
    failure: undefined,
    metrics: [],
  };
}

export function violating(seed: number, ...findings: RecordedRun["findings"]): RecordedRun {
  return { ...holding(seed), verdict: "violated", findings };
}

export function failing(seed: number, message: string): RecordedRun {
  return { ...holding(seed), verdict: "failed", fingerprint: "", failure: { message } };
}

/** What a report is asked for beside its entries. */
export interface Asked {
  readonly claims?: readonly Claim[];
  readonly tables?: readonly TableDefinition[];
}

/** The report of runs, given subject by subject. */
export function reportOf(
  entries: readonly (readonly [subject: EntrySubject, runs: readonly RecordedRun[]])[],
  shard?: Shard,
  changes: Partial<SuiteReport> = {},
  { claims = [], tables = [] }: Asked = {},
): SuiteReport {
  const finished = entries.map(([subject, runs]) => {
    const record = new EntryRecord(subject);
    for (const run of runs) record.add(run);
    return record.finish(shard === undefined);
  });
  const judged = claims.map((claim) => judgeClaim(claim, finished, shard === undefined));
  return {
    format: "faultline-report",
    schema: REPORT_SCHEMA,
    build: "abc1234",
    suite: "ci",
    options: {
      scenario: null,
      scenarioHash: null,
      topology: null,
      seeds: null,
      firstSeed: 1,
      time: null,
      bail: false,
    },
    shard: shard === undefined ? null : { ...shard },
    ended: "complete",
    verdict: judgeSuite(finished, judged, "complete"),
    entries: finished,
    claims: judged,
    tables: tables.map((table) => fillTable(table, finished)),
    timings: {
      startedAt: "2024-05-06T07:08:09.000Z",
      seconds: 2,
      workers: 2,
      entrySeconds: entries.map(() => 1.5),
    },
    ...changes,
  };
}
