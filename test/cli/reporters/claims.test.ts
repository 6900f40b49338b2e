import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { GitHubReporter } from "../../../cli/reporters/github.ts";
import { JUnitReporter } from "../../../cli/reporters/junit.ts";
import { ListReporter } from "../../../cli/reporters/list.ts";
import { displayWidth, textTerminal } from "../../../cli/terminal.ts";
import type { Language } from "../../../report/messages/render.ts";
import { readSuiteReport, type SuiteReport } from "../../../report/suite-report.ts";
import { condition, type Claim, type ClaimVerdict } from "../../../scenarios/claims/claim.ts";
import { ledger } from "../../../scenarios/claims/ledger.ts";
import type { Measure } from "../../../scenarios/claims/measure.ts";
import { metricsOf } from "../../scenarios/support/runs-of-mode.ts";
import { holding, reportOf, shared, single, violating } from "../../report/support/suite-reports.ts";

const vanished = { kind: "table-vanished", claim: "SD-2" } as const;
const metrics = metricsOf({
  "write-latency": [2_000_000, 3_000_000],
  "most-stored-bytes": [1_500_000],
  "writes-ok": [2],
});
const MEASURES: readonly Measure[] = [
  { of: "metric", metric: "reads-refused/table-missing", take: "total" },
  { of: "metric", metric: "write-latency", take: "p99" },
  { of: "metric", metric: "most-stored-bytes", take: "greatest" },
  { of: "metric", metric: "failover-time", take: "p50" },
  { of: "finding", finding: "table-vanished" },
  { of: "ratio", ratio: "write-availability-in-faults" },
  { of: "metric", metric: "lost-writes", take: "shown" },
];

function claimOf(changes: Partial<Claim> = {}, seeds = 4): Claim {
  const [observation] = ledger.get("SD-2")?.observations ?? [];
  if (observation === undefined) throw new Error("SD-2 is gone");
  const other = { ...observation, condition: condition("mounts-stale-for-seconds"), topology: "single" };
  return { id: "SD-2", words: "文件可能被主节点删除了", observations: [{ ...observation, seeds }, other], ...changes };
}

/** Two of four seeds show it on the shared disk, and none on one node. */
function reported(claim: Claim, shard?: { readonly index: number; readonly of: number }): SuiteReport {
  const seeds = [1, 2, 3, 4];
  const entries = [
    [single, seeds.map((seed) => ({ ...holding(seed), metrics }))],
    [shared, seeds.map((seed) => ({ ...(seed > 2 ? violating(seed, vanished) : holding(seed)), metrics }))],
  ] as const;
  const title = { id: "table-ablation", params: {} };
  const topologies = ["single", "shared-disk:as-written", "shared-disk:no-such"];
  const tables = [{ title, scenario: single.scenario, topologies, measures: MEASURES }];
  const few = {
    ...claim,
    observations: claim.observations.map((each) => ({ ...each, seeds: Math.min(each.seeds, 9) })),
  };
  return reportOf(entries, shard, {}, { claims: [few], tables });
}

function listed(report: SuiteReport, language: Language = "en"): string {
  const paper = textTerminal();
  new ListReporter(paper, language).end(report);
  for (const line of paper.text.split("\n")) expect(displayWidth(line)).toBeLessThanOrEqual(100);
  return paper.text;
}

const pinned = (expected: ClaimVerdict): Claim => {
  const claim = claimOf({ expected });
  return { ...claim, observations: claim.observations.map((each) => ({ ...each, seeds: 4 })) };
};

describe("the list", () => {
  test("says of each claim its verdict, figures and what they were held against, and the seed to look at", () => {
    const text = listed(reported(pinned("qualified")));
    expect(text).toContain("SD-2    qualified · expected: qualified\n");
    expect(text).toContain("文件可能被主节点删除了");
    expect(text).toMatch(/✔ as the document draws it[^]*“read failed: SSTable vanished” 50 %; more than the 0 %/);
    expect(text).toContain("replay compaction-race --topology shared-disk:as-written --seed 3\n");
    expect(text).toMatch(/✘ as the document draws it[^]*vanished” 0 %/);
    expect(listed(reported(pinned("qualified")), "zh-CN")).toContain(
      "有条件成立 · 预期：qualified".replace("qualified", "有条件成立"),
    );
  });

  test("marks what disagrees with literature as to be examined, and leaves the suite as it is", () => {
    const claim = { ...pinned("qualified"), expected: undefined, literature: "confirmed" } as const;
    const report = reported(claim);
    expect(listed(report)).toContain("qualified · literature: confirmed, to be examined");
    expect(report.verdict).toBe("as-expected");
    expect(reported(pinned("refuted")).verdict).toBe("unexpected");
  });

  test("has a table of topologies, with columns that did not fit below", () => {
    const text = listed(reported(claimOf()));
    expect(text).toContain("no mitigation, each by itself, all of them, and all but one · compaction-race");
    expect(text).toMatch(/shared-disk:as-written +0 +2\.982 ms +1\.4 MiB/);
    expect(text).toMatch(/shared-disk:no-such +– +– +–/);
    expect(text.match(/^ {2}single /gm)?.length).toBeGreaterThan(1);
  });

  test("of a shard has neither", () => {
    const text = listed(reported(claimOf(), { index: 1, of: 2 }));
    expect(text).not.toContain("SD-2    ");
    expect(text).not.toContain("no mitigation");
  });
});

test("a report with claims and tables is read back the same", () => {
  for (const report of [reported(claimOf()), reported(pinned("refuted")), reported(claimOf(), { index: 1, of: 2 })]) {
    const text = JSON.stringify(report);
    expect(JSON.stringify(readSuiteReport(JSON.parse(text)))).toBe(text);
  }
  const report = reported(claimOf());
  const [claim] = report.claims;
  expect(() => readSuiteReport({ ...report, claims: [{ ...claim, verdict: "true" }] })).toThrow(
    /^claims\.0\.verdict: /,
  );
  const [entry, ...rest] = report.entries;
  const [metric] = entry?.metrics ?? [];
  const entries = [{ ...entry, metrics: [{ ...metric, buckets: "7" }] }, ...rest];
  expect(() => readSuiteReport({ ...report, entries })).toThrow(/^entries\.0\.metrics\.0: sum and buckets/);
});

test("JUnit has a case for each claim: skipped while it is open, failed when it is not as expected", () => {
  const xmlOf = (report: SuiteReport): string => {
    const paper = textTerminal();
    new JUnitReporter(paper).end(report);
    return paper.text;
  };
  const caseOf = (report: SuiteReport) => /<testcase classname="claims"[^]*?<\/testcase>/.exec(xmlOf(report))?.[0];
  expect(caseOf(reported(pinned("qualified")))).not.toMatch(/<(failure|skipped|error)/);
  expect(caseOf(reported(pinned("refuted")))).toContain(
    '<failure type="unexpected" message="qualified (expected: refuted)"',
  );
  expect(caseOf(reported(claimOf({}, 9)))).toContain('<skipped type="undecided" message="undecided: too few runs: 9');
  expect(caseOf(reported(claimOf(), { index: 1, of: 2 }))).toBeUndefined();
});

test("GitHub is told of what is open or not as expected, and shown all on the job's page", () => {
  const folder = mkdtempSync(join(tmpdir(), "faultline-claims-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const told = (report: SuiteReport, file?: string): string => {
    const paper = textTerminal();
    new GitHubReporter(paper, file).end(report);
    return paper.text
      .split("\n")
      .filter((line) => line.includes("claim SD-2"))
      .join("\n");
  };
  const file = join(folder, "summary.md");
  expect(told(reported(pinned("qualified")), file)).toBe("");
  expect(readFileSync(file, "utf8")).toMatch(
    /\| SD-2 \| compaction deletes [^|]* \| qualified \(expected: qualified\) \|/,
  );
  expect(told(reported(pinned("confirmed")))).toMatch(
    /^::error title=claim SD-2::qualified \(expected%3A confirmed\)|^::error title=claim SD-2::qualified \(expected: confirmed\)/,
  );
  expect(told(reported(claimOf({}, 9)))).toMatch(/^::warning title=claim SD-2::undecided: too few runs: 9 are needed/);
});
