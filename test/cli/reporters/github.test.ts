import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { OutputError } from "../../../cli/output-file.ts";
import { GitHubReporter } from "../../../cli/reporters/github.ts";
import { textTerminal } from "../../../cli/terminal.ts";
import { failing, holding, reportOf, shared, single } from "../../report/support/suite-reports.ts";

const broken = reportOf([
  [single, Array.from({ length: 15 }, (_, index) => failing(index + 1, `100% wrong,\nseed: ${index + 1}`))],
  [shared, Array.from({ length: 30 }, (_, index) => holding(index + 1))],
]);

function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), "faultline-github-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  return folder;
}

test("ten errors are annotations, the rest and a table go to the end of the job's summary", () => {
  const file = join(temporary(), "summary.md");
  writeFileSync(file, "# another step's\n");
  const paper = textTerminal();
  new GitHubReporter(paper, file).end(broken);
  const lines = paper.text.trimEnd().split("\n");
  expect(lines).toHaveLength(10);
  expect(lines[0]).toMatch(
    /^::error title=compaction-race on single%3A seed 1::100%25 wrong,%0Aseed: 1%0Anpx faultline replay compaction-race/,
  );
  const summary = readFileSync(file, "utf8");
  expect(summary).toMatch(/^# another step's\n### Faultline: ci some runs could not be judged\n/);
  expect(summary).toContain("| ✘ | compaction-race · shared-disk:as-written | violates SD-2 | 30 |");
  expect(summary).toContain("6 more than the annotations show:");
  expect(summary).toContain("- compaction-race on single: seed 15: 100% wrong, · seed: 15");
});

test("outside of a job the rest is counted; a run as expected says nothing", () => {
  const paper = textTerminal();
  new GitHubReporter(paper, undefined).end(broken);
  expect(paper.text).toMatch(/\nand 6 more\n$/);
  const silent = textTerminal();
  new GitHubReporter(silent, "").end(reportOf([[single, [holding(1)]]]));
  expect(silent.text).toBe("");
});

test("what is not decided is a warning", () => {
  const paper = textTerminal();
  new GitHubReporter(paper, undefined).end(reportOf([[shared, [holding(1)]]]));
  expect(paper.text).toMatch(
    /^::warning title=compaction-race on shared-disk%3Aas-written::too few seeds to decide: 1 of 30/,
  );
});

test("a summary that cannot be written is an error of its own", () => {
  const reporter = new GitHubReporter(textTerminal(), join(temporary(), "missing/summary.md"));
  expect(() => reporter.end(broken)).toThrow(OutputError);
});
