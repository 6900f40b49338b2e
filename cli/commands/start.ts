import { availableParallelism } from "node:os";
import { join } from "node:path";
import { comparisonsOf } from "../../report/comparison/compare.ts";
import { scenarios } from "../../scenarios/catalogue.ts";
import { comparison } from "../../scenarios/comparison-suite.ts";
import type { SuiteReport } from "../../report/suite-report.ts";
import { parseArguments, wholeNumber } from "../arguments.ts";
import { build } from "../build.ts";
import { exitCodeOf } from "../exit-code.ts";
import { openCommand } from "../open-command.ts";
import { writeOutput } from "../output-file.ts";
import { printComparison } from "../print-comparison.ts";
import { Progress } from "../progress.ts";
import { reportPage } from "../report-page.ts";
import { entryName, plural, problemText, replayOf, worstSeed } from "../reporters/wording.ts";
import { MOST_SEEDS, requestSuite } from "../run-options.ts";
import { REPORT_FOLDER, REPORT_HTML, REPORT_JSON } from "../saved-report.ts";
import { seedsToRun, SuiteRun, type SuiteRequest } from "../suite-run.ts";
import { MAX_WIDTH, wrap, type Terminal } from "../terminal.ts";
import { workerProgram } from "../worker-program.ts";
import type { Command, CommandContext } from "./command.ts";

/** The main job: every design under the same plans, compared, and the evidence in a page. */
export const start: Command = {
  name: "start",
  summary: "compare every design under the same faults: the table here, the evidence in a page",
  usage: [
    "faultline start          every topology in every mode, in under a minute",
    "  --seeds N              so many seeds of each mode",
    "  --workers N            so many threads; one for each processor by default",
    `  --out FOLDER           where ${REPORT_JSON} and ${REPORT_HTML} go; ${REPORT_FOLDER} by default`,
    "exit codes: those of faultline run",
  ],

  async run(words, context) {
    const { values } = parseArguments(
      "start",
      words,
      { seeds: { type: "string" }, workers: { type: "string" }, out: { type: "string" } },
      0,
    );
    const { seeds, workers, out: folder = REPORT_FOLDER } = values as Record<string, string | undefined>;
    const options = {
      seeds: seeds === undefined ? null : wholeNumber("seeds", seeds, 1, MOST_SEEDS),
      firstSeed: 1,
      time: null,
      bail: false,
      topology: null,
    };
    const request: SuiteRequest = {
      ...requestSuite(comparison, options, undefined),
      claims: [],
      workers: workers === undefined ? availableParallelism() : wholeNumber("workers", workers, 1, 256),
      listed: true,
    };
    const { out } = context;
    const title = [plural(request.modes.length, "mode"), plural(seedsToRun(request), "seed")];
    out.write(
      `${out.bold("faultline")} · ${[...title, plural(request.workers, "worker")].join(" · ")} · build ${build}\n`,
    );
    const report = await runQuietly(request, context);
    if (report.ended === "interrupted") return exitCodeOf(report);
    const [json, html] = [join(folder, REPORT_JSON), join(folder, REPORT_HTML)];
    writeOutput(json, `${JSON.stringify(report)}\n`);
    writeOutput(html, reportPage(report));
    printAnswer(out, report);
    printNext(out, report, html);
    return exitCodeOf(report);
  },
};

async function runQuietly(request: SuiteRequest, { err, interrupted }: CommandContext): Promise<SuiteReport> {
  const progress = new Progress(err, seedsToRun(request));
  try {
    const suiteRun = new SuiteRun(request, {
      program: workerProgram,
      interrupted,
      onResult: (result, unexpected) => progress.advance(result.verdict === "violated", unexpected),
    });
    return await suiteRun.run();
  } finally {
    progress.clear();
  }
}

function printAnswer(out: Terminal, report: SuiteReport): void {
  const [first, ...others] = comparisonsOf(report);
  if (first === undefined) return;
  const { seconds } = report.timings;
  const kept = first.modes.filter(({ consistency }) => consistency.held).length;
  const answer = `${kept} of ${first.modes.length} modes kept every promise`;
  const plans = plural(first.modes[0]?.entry.counts.seeds ?? 0, "plan");
  const how = `in ${first.scenario}: ${scenarios.get(first.scenario)?.summary ?? ""}; the same ${plans} for each`;
  const [line = "", ...rest] = wrap(`${answer} ${how} (${seconds.toFixed(0)} s)`, MAX_WIDTH, "  ");
  out.write(`${[out.bold(answer) + line.slice(answer.length), ...rest].join("\n")}\n\n`);
  printComparison(out, first);
  for (const { scenario, modes } of others) {
    const broken = modes.filter(({ consistency }) => !consistency.held);
    const names = broken.map(({ topology, smallestSeed }) => `${topology} (seed ${smallestSeed ?? "–"})`);
    const what = `${scenario}: ${modes.length - broken.length} of ${modes.length} modes kept every promise`;
    const text = broken.length === 0 ? what : `${what}; not ${names.join(", ")}`;
    out.write(`${wrap(text, MAX_WIDTH, "  ").join("\n")}\n`);
  }
  for (const entry of report.entries.filter(({ agreement }) => agreement === "missed")) {
    for (const problem of entry.problems)
      out.write(out.red(`not as foreseen: ${entryName(entry)}: ${problemText(problem)}\n`));
  }
}

/** What to do next: look at the smallest seed of the document's first problem, ask for a cell's evidence, open the page. */
function printNext(out: Terminal, report: SuiteReport, html: string): void {
  const shown = [...report.entries]
    .reverse()
    .find((entry) => entry.expectation.kind === "violates" && worstSeed(entry));
  const race = report.entries.find(
    ({ scenario, counts }) => scenario === "compaction-race" && counts.findings.length > 0,
  );
  const entry = race ?? shown;
  const seed = entry === undefined ? undefined : worstSeed(entry);
  out.write("\n");
  if (entry !== undefined && seed !== undefined)
    out.write(`a violation:  ${out.cyan(replayOf(report, entry, seed))}\n`);
  out.write(`a cell:       ${out.cyan("npx faultline why raft:read-index recovery")}\n`);
  out.write(`the report:   ${out.cyan(openCommand(html))}\n`);
}
