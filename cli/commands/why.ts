import { join } from "node:path";
import { COLUMN_IDS, type ColumnId } from "../../report/comparison/columns.ts";
import { comparisonsOf, type Cell, type ComparedMode, type Comparison } from "../../report/comparison/compare.ts";
import { describeFormula } from "../../report/comparison/describe-formula.ts";
import { formatCell, unitOfColumn } from "../../report/comparison/format-cell.ts";
import { formatCount } from "../../report/format.ts";
import { render } from "../../report/messages/render.ts";
import { oneOf, parseArguments } from "../arguments.ts";
import { ExitCode } from "../exit-code.ts";
import { findingTitle, plural } from "../reporters/wording.ts";
import { readSavedReport, REPORT_FOLDER, REPORT_JSON } from "../saved-report.ts";
import { MAX_WIDTH, wrap, type Terminal } from "../terminal.ts";
import { UsageError } from "../usage-error.ts";
import { replayCommand } from "./choose.ts";
import type { Command } from "./command.ts";

type MetricName = ColumnId | "consistency";

const METRICS: ReadonlyMap<string, MetricName> = new Map(
  (["consistency", ...COLUMN_IDS] as const).map((id) => [id, id]),
);

/** Of the seeds, so many are printed. */
const MOST_SEEDS = 12;

export const why: Command = {
  name: "why",
  summary: "say what a cell of the comparison rests on: its runs, its definition, its spread, a seed to replay",
  usage: [
    "faultline why MODE METRIC    of the last faultline start",
    `  METRIC                     ${[...METRICS.keys()].slice(0, 5).join(", ")},`,
    `                             ${[...METRICS.keys()].slice(5).join(", ")}`,
    "  --scenario NAME            in that scenario; the first of the report by default",
    `  --report REPORT.json       ${REPORT_FOLDER}/${REPORT_JSON} by default`,
  ],

  run(words, { out }) {
    const { values, words: given } = parseArguments(
      "why",
      words,
      { scenario: { type: "string" }, report: { type: "string" } },
      2,
    );
    const { scenario, report: path } = values as Record<string, string | undefined>;
    const report = readSavedReport(path ?? join(REPORT_FOLDER, REPORT_JSON));
    const comparisons = new Map(comparisonsOf(report).map((comparison) => [comparison.scenario, comparison]));
    const first = [...comparisons.keys()][0];
    if (first === undefined) throw new UsageError("the report has no runs of seeds");
    const chosen = oneOf("scenario", scenario ?? first, comparisons);
    const modes = new Map(chosen.modes.map((mode) => [mode.topology, mode]));
    const [mode, metric] = given;
    if (mode === undefined)
      throw new UsageError("faultline why: which mode?", `valid: ${[...modes.keys()].join(", ")}`);
    const compared = oneOf("mode", mode, modes);
    if (metric === undefined) {
      throw new UsageError("faultline why: which metric?", `valid: ${[...METRICS.keys()].join(", ")}`);
    }
    print(out, chosen, compared, oneOf("metric", metric, METRICS), report.build);
    return Promise.resolve(ExitCode.AS_EXPECTED);
  },
};

function print(out: Terminal, { scenario }: Comparison, mode: ComparedMode, metric: MetricName, build: string): void {
  const { topology, entry } = mode;
  out.write(
    `${out.bold(topology)} · ${render({ id: `column-${metric}`, params: {} })} · ${scenario} · build ${build}\n`,
  );
  const cell = mode.cells.find(({ column }) => column.id === metric);
  const seed = cell === undefined ? printConsistency(out, mode) : printCell(out, cell);
  const last = entry.firstSeed + entry.counts.seeds - 1;
  line(out, "rests on", `${plural(entry.counts.seeds, "run")}, seeds ${entry.firstSeed} to ${last}`);
  line(out, "means", render({ id: `define-${metric}`, params: {} }));
  if (cell !== undefined) line(out, "worked out", render(describeFormula(cell.column.formula)));
  const grade = cell === undefined ? mode.consistency.grade : cell.grade;
  if (grade !== undefined) line(out, "document", `${grade.mark} ${render({ id: grade.word, params: {} })}`);
  const violating = mode.smallestSeed === undefined ? "none" : String(mode.smallestSeed);
  line(out, "violating", `smallest seed ${violating}`);
  const shown = seed ?? mode.smallestSeed ?? entry.firstSeed;
  out.write(`\nreplay:\n  ${out.cyan(replayCommand(scenario, topology, shown))}\n`);
}

/** @returns the seed to look at */
function printConsistency(out: Terminal, { consistency, entry }: ComparedMode): number | undefined {
  const { promised, held } = consistency;
  line(out, "promised", render(promised));
  line(
    out,
    "held",
    held
      ? out.green("in every run")
      : out.red(`not in ${entry.counts.verdicts.violated} of ${plural(entry.counts.seeds, "run")}`),
  );
  for (const { kind, claim, seeds, smallestSeed } of entry.counts.findings) {
    line(out, "found", `${findingTitle(kind, claim)}: ${plural(seeds, "seed")}, smallest ${smallestSeed}`);
  }
  return undefined;
}

/** @returns the seed to look at: the one with the worst value */
function printCell(out: Terminal, { column, value, spread, seeds }: Cell): number | undefined {
  const { id, better } = column;
  const text = (figure: number): string => [formatCell(figure, id), unitOfColumn(id)].filter(Boolean).join(" ");
  line(out, "is", value === undefined ? "–, no run has a value" : out.bold(text(value)));
  if (spread !== undefined) {
    const { interval, least, greatest, median } = spread;
    const between = interval === undefined ? "" : ` (95 %: ${text(interval[0])} to ${text(interval[1])})`;
    line(out, "over seeds", `median ${text(median)}${between}, least ${text(least)}, greatest ${text(greatest)}`);
  }
  const worst = [...seeds].sort(
    (a, b) => (better === "lower" ? b.value - a.value : a.value - b.value) || a.seed - b.seed,
  );
  if (worst.length > 0) {
    const listed = worst.slice(0, MOST_SEEDS).map((each) => `${each.seed}: ${text(each.value)}`);
    const more = worst.length > listed.length ? `, … ${formatCount(worst.length - listed.length)} more` : "";
    line(out, "worst seeds", `${listed.join(", ")}${more}`);
  }
  return worst[0]?.seed;
}

function line(out: Terminal, label: string, text: string): void {
  const indent = 14;
  const lines = wrap(`  ${label.padEnd(indent - 2)}${text}`, MAX_WIDTH, " ".repeat(indent));
  out.write(`${lines.join("\n")}\n`);
}
