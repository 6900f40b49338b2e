import type { Language } from "../../report/messages/render.ts";
import type { SuiteReport, SuiteReportEntry } from "../../report/suite-report.ts";
import { isForeseen } from "../../scenarios/scenario.ts";
import { printClaims } from "../print-claims.ts";
import { printLastEvents } from "../print-last-events.ts";
import { printTables } from "../print-tables.ts";
import { fit, MAX_WIDTH, wrap, type Terminal } from "../terminal.ts";
import type { SeedResult } from "../worker-messages.ts";
import type { Reporter, RunTitle } from "./reporter.ts";
import { entryName, expectationText, findingTitle, nextCommand, problemText, verdictText } from "./wording.ts";

const FAILURES_SHOWN = 3;

/** For people: what was found, mode by mode, and the command to go on with. */
export class ListReporter implements Reporter {
  protected readonly out: Terminal;
  private readonly language: Language;
  /** Those with the smallest seeds. */
  private failures: SeedResult[] = [];

  /** @param language of what is said of claims */
  constructor(out: Terminal, language: Language = "en") {
    this.out = out;
    this.language = language;
  }

  begin({ name, details }: RunTitle): void {
    this.out.write(`${[this.out.bold(name), ...details].join(" · ")}\n`);
  }

  result(result: SeedResult, _unexpected: boolean): void {
    if (result.failure === undefined) return;
    this.failures = [...this.failures, result].sort((a, b) => a.seed - b.seed).slice(0, FAILURES_SHOWN);
  }

  end(report: SuiteReport): void {
    const { out } = this;
    const [only] = report.entries;
    const alone = report.entries.length === 1 && only !== undefined;
    if (alone) this.counts(only, "  ");
    else for (const entry of report.entries) this.entry(entry, report.ended);
    for (const { seed, failure } of this.failures) {
      if (failure === undefined) continue;
      const lines = wrap(`  seed ${seed} could not be judged: ${failure.message}`, MAX_WIDTH, "    ");
      out.write(`\n${out.red(lines.join("\n"))}\n`);
      if (failure.place.lastEvents.length > 0) printLastEvents(out, failure.place.lastEvents);
    }
    this.nondeterminism(report);
    this.claims(report);
    out.write(`${alone ? `  ${this.single(report, only)}` : `\n${this.summary(report)}`}   ${this.speed(report)}\n`);
    if (alone && report.ended !== "interrupted") this.problems(only, "    ");
    const next = nextCommand(report);
    if (next !== undefined) out.write(`\nreplay:\n  ${out.cyan(next)}\n`);
  }

  /** A shard's claims are for all shards together to judge. */
  private claims(report: SuiteReport): void {
    const { out, language } = this;
    if (report.shard !== null || report.ended === "interrupted") return;
    printTables(out, report, language);
    if (report.claims.length === 0) return;
    out.write(`\n${out.bold("claims")}\n`);
    printClaims(out, report, language);
  }

  private entry(entry: SuiteReportEntry, ended: SuiteReport["ended"]): void {
    const { out } = this;
    const cutShort = ended === "interrupted" && entry.agreement !== "missed";
    if (cutShort && entry.counts.seeds === 0) return;
    out.write(
      `\n${this.mark(entry.agreement)} ${out.bold(entryName(entry))} · ${expectationText(entry.expectation)}\n`,
    );
    this.counts(entry, "    ");
    if (!cutShort) this.problems(entry, "    ");
  }

  private counts({ counts, expectation }: SuiteReportEntry, indent: string): void {
    const { out } = this;
    let label = "violated";
    const room = MAX_WIDTH - indent.length - 34;
    for (const { kind, claim, seeds, smallestSeed } of counts.findings) {
      const title = fit(findingTitle(kind, claim), Math.min(44, room));
      const paint = isForeseen(expectation, kind) ? out.yellow : out.red;
      const line = `${paint(label.padEnd(8))} ${number(seeds)}   ${title} smallest seed ${smallestSeed}`;
      out.write(`${indent}${line}\n`);
      label = "";
    }
    const { holds, excused, unknown, failed } = counts.verdicts;
    const rows = [
      ["holds", holds, out.green],
      ["excused", excused, out.yellow],
      ["unknown", unknown, out.yellow],
      ["failed", failed, out.red],
    ] as const;
    for (const [name, count, paint] of rows) {
      if (count > 0) out.write(`${indent}${paint(name.padEnd(8))} ${number(count)}\n`);
    }
    const idle = counts.faults.filter(({ planned, fired }) => planned > 0 && fired === 0);
    if (counts.faults.length > 0) {
      const fired = counts.faults.reduce((sum, fault) => sum + fault.fired, 0);
      const kinds = counts.faults.length === 1 ? "one class" : `${counts.faults.length} classes`;
      const never = idle.length === 0 ? "" : `; never: ${idle.map((fault) => fault.class).join(", ")}`;
      const text = `${"faults".padEnd(8)} ${number(fired)}   came to pass, of ${kinds}${never}`;
      for (const line of wrap(indent + text, MAX_WIDTH, `${indent}${" ".repeat(18)}`)) out.write(`${out.dim(line)}\n`);
    }
  }

  private problems({ problems, agreement }: SuiteReportEntry, indent: string): void {
    const paint = agreement === "missed" ? this.out.red : this.out.yellow;
    for (const problem of problems) {
      for (const line of wrap(`${indent}${problemText(problem)}`, MAX_WIDTH, `${indent}  `)) {
        this.out.write(`${paint(line)}\n`);
      }
    }
  }

  private nondeterminism({ entries }: SuiteReport): void {
    const { out } = this;
    for (const entry of entries) {
      for (const { seed, fingerprints, divergence } of entry.nondeterministic.slice(0, FAILURES_SHOWN)) {
        out.write(`\n  ${out.red("nondeterministic:")} seed ${seed} of ${entryName(entry)}\n`);
        out.write(`    fingerprint ${fingerprints.join(", then ")}\n`);
        if (divergence !== null) out.write(`${wrap(`    ${divergence}`, MAX_WIDTH, "      ").join("\n")}\n`);
      }
    }
  }

  /** The last line on a scenario alone. */
  private single(report: SuiteReport, entry: SuiteReportEntry): string {
    const { out } = this;
    if (report.ended === "interrupted") return this.interruption(report);
    const { expectation, agreement } = entry;
    const within =
      expectation.kind === "violates" && agreement !== "met" ? ` within ${expectation.withinSeeds} seeds` : "";
    const bailed = report.ended === "bail" ? `${out.yellow("stopped at the first unexpected seed")} · ` : "";
    const drifting = entry.nondeterministic.length > 0 ? `${out.red("nondeterministic")} · ` : "";
    return `${drifting}${bailed}expected: ${expectationText(expectation)}${within} ${this.mark(agreement)}`;
  }

  /** The last line on a suite. */
  private summary(report: SuiteReport): string {
    const { out } = this;
    if (report.ended === "interrupted") return this.interruption(report);
    const met = report.entries.filter(({ agreement }) => agreement === "met").length;
    const paint = { "as-expected": out.green, undecided: out.yellow, unexpected: out.red, failed: out.red };
    const bailed = report.ended === "bail" ? "stopped at the first unexpected seed, " : "";
    return `${paint[report.verdict](bailed + verdictText(report))} · ${met} of ${report.entries.length} expectations met`;
  }

  private interruption({ entries }: SuiteReport): string {
    const done = entries.reduce((sum, { counts }) => sum + counts.seeds, 0);
    const planned = entries.map((entry) => entry.planned);
    const of = planned.includes(null) ? "" : ` of ${planned.reduce((sum: number, each) => sum + (each ?? 0), 0)}`;
    return `${this.out.yellow("interrupted")} after ${done}${of} seeds`;
  }

  private speed({ entries, timings }: SuiteReport): string {
    const done = entries.reduce((sum, { counts }) => sum + counts.seeds, 0);
    return this.out.dim(
      `(${timings.seconds.toFixed(1)} s, ${Math.round(done / Math.max(timings.seconds, 0.001))} seeds/s)`,
    );
  }

  private mark(agreement: SuiteReportEntry["agreement"]): string {
    const { out } = this;
    return { met: out.green("✔"), missed: out.red("✘"), undecided: out.yellow("?") }[agreement];
  }
}

function number(count: number): string {
  return String(count).padStart(6);
}
