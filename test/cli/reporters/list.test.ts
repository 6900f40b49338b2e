import { expect, test } from "vitest";
import { DotReporter } from "../../../cli/reporters/dot.ts";
import { ListReporter } from "../../../cli/reporters/list.ts";
import { textTerminal } from "../../../cli/terminal.ts";
import type { SeedResult } from "../../../cli/worker-messages.ts";
import { failing, holding, reportOf, shared, single, violating } from "../../report/support/suite-reports.ts";

const vanished = { kind: "table-vanished", claim: "SD-2" } as const;
const TITLE = { name: "compaction-race", details: ["single", "3 seeds"] };

const place = { time: 0, event: 0, host: "", task: "", lastEvents: [] };

function result(run: ReturnType<typeof holding>): SeedResult {
  const { failure } = run;
  return {
    ...run,
    findings: run.findings.map(({ kind, claim }) => ({ kind, claim })),
    failure: failure === undefined ? undefined : { message: failure.message, reason: "", place, exact: true },
    nodeDigest: "",
    events: 0,
    time: 0,
    seconds: 0,
  };
}

test("no line is wider than 100 columns, whatever a report holds, and the next command comes last", () => {
  const paper = textTerminal();
  const reporter = new ListReporter(paper);
  const long = "a message that goes on and on ".repeat(10);
  const faults = ["kill", "power-loss", "partition", "bit-rot", "clock-step", "slow-link"].map((name) => ({
    class: name,
    planned: 3,
    fired: 0,
  }));
  const report = reportOf([
    [single, [failing(2, long), violating(7, vanished)]],
    [shared, Array.from({ length: 30 }, (_, index) => ({ ...holding(index + 1), faults }))],
  ]);
  reporter.begin(TITLE);
  reporter.result(result(failing(2, long)), true);
  reporter.end(report);
  for (const line of paper.text.split("\n")) expect(line.length).toBeLessThanOrEqual(100);
  expect(paper.text).toContain("✘ compaction-race · single · holds");
  expect(paper.text).toContain("no kill fault came to pass, of 90 planned");
  expect(paper.text).toContain("faults        0   came to pass, of 6 classes; never: bit-rot,");
  expect(paper.text).toContain("some runs could not be judged · 0 of 2 expectations met");
  expect(paper.text).toMatch(
    /replay:\n {2}npx faultline replay compaction-race --topology single --seed 2 --build \S+\n$/,
  );
});

test("a dot for each seed, a hundred to a line, then the list", () => {
  const paper = textTerminal();
  const reporter = new DotReporter(paper);
  reporter.begin(TITLE);
  for (let seed = 1; seed <= 101; seed++) reporter.result(result(holding(seed)), false);
  reporter.result(result(violating(102, vanished)), false);
  reporter.result(result(violating(103, vanished)), true);
  reporter.result(result(failing(104, "broken")), true);
  reporter.end(reportOf([[single, [holding(1)]]]));
  expect(paper.text).toContain(`\n${".".repeat(100)}\n.xX!\n`);
  expect(paper.text).toContain("expected: holds ✔");
});
