import { appendFileSync } from "node:fs";
import { claimStatement, describeObservation } from "../../report/describe-claim.ts";
import { isUnexpectedClaim } from "../../report/judge-suite.ts";
import type { SuiteReport, SuiteReportEntry } from "../../report/suite-report.ts";
import type { JudgedClaim } from "../../scenarios/claims/judge-claim.ts";
import { OutputError } from "../output-file.ts";
import type { Terminal } from "../terminal.ts";
import type { Reporter } from "./reporter.ts";
import {
  claimText,
  entryName,
  expectationText,
  findingTitle,
  plural,
  problemText,
  replayOf,
  verdictText,
} from "./wording.ts";

/** GitHub shows no more of a kind for each step. */
const MOST_ANNOTATIONS = 10;

/** Something to be told on GitHub's pages. */
interface Annotation {
  readonly level: "error" | "warning";
  readonly title: string;
  readonly message: string;
}

/** GitHub's workflow commands: what went wrong as annotations, and all of it on the summary page of the job. */
export class GitHubReporter implements Reporter {
  private readonly out: Terminal;
  private readonly summaryFile: string | undefined;

  /** @param summaryFile what the variable GITHUB_STEP_SUMMARY names */
  constructor(out: Terminal, summaryFile: string | undefined) {
    this.out = out;
    this.summaryFile = summaryFile;
  }

  begin(): void {}

  result(): void {}

  end(report: SuiteReport): void {
    const all = [
      ...report.entries.flatMap((entry) => annotationsOf(report, entry)),
      ...report.claims.flatMap((claim) => annotationsOfClaim(report, claim)),
    ];
    const errors = all.filter(({ level }) => level === "error");
    const warnings = all.filter(({ level }) => level === "warning");
    const shown = [...errors, ...warnings].slice(0, MOST_ANNOTATIONS);
    for (const { level, title, message } of shown) {
      this.out.write(`::${level} title=${escapeProperty(title)}::${escapeData(message)}\n`);
    }
    const rest = [...errors, ...warnings].slice(MOST_ANNOTATIONS);
    if (this.summaryFile === undefined || this.summaryFile === "") {
      if (rest.length > 0) this.out.write(`and ${rest.length} more\n`);
      return;
    }
    try {
      // Other steps of the job write to the same file.
      appendFileSync(this.summaryFile, summary(report, rest));
    } catch (error) {
      throw new OutputError(this.summaryFile, error);
    }
  }
}

function annotationsOf(report: SuiteReport, entry: SuiteReportEntry): Annotation[] {
  const { scenario, topology, agreement, problems, unexpected, nondeterministic } = entry;
  const title = `${scenario} on ${topology}`;
  const level = agreement === "undecided" ? "warning" : "error";
  return [
    ...nondeterministic.map(({ seed, fingerprints, divergence }): Annotation => ({
      level: "error",
      title: `${title}: nondeterministic`,
      message: [`seed ${seed} gave ${fingerprints.join(", then ")}`, ...(divergence === null ? [] : [divergence])].join(
        "\n",
      ),
    })),
    // Findings and failures are told seed by seed.
    ...problems
      .filter(({ kind }) => kind !== "unforeseen-finding" && kind !== "failed-runs")
      .map((problem): Annotation => ({ level, title, message: problemText(problem) })),
    ...unexpected.map(({ seed, findings, message }): Annotation => {
      const what = message ?? findings.map(({ kind, claim }) => findingTitle(kind, claim)).join("; ");
      return { level: "error", title: `${title}: seed ${seed}`, message: `${what}\n${replayOf(report, entry, seed)}` };
    }),
  ];
}

/** What is wrong with a claim's verdict; of a shard nothing is, since all together judge it. */
function annotationsOfClaim({ shard }: SuiteReport, claim: JudgedClaim): Annotation[] {
  const unexpected = isUnexpectedClaim(claim);
  if (shard !== null || (!unexpected && claim.verdict !== "undecided")) return [];
  const message = [
    claimText(claim),
    ...claim.observations.map((observation) => describeObservation(observation, "en")),
  ];
  return [{ level: unexpected ? "error" : "warning", title: `claim ${claim.id}`, message: message.join("\n") }];
}

function claimRows({ claims, shard }: SuiteReport): string[] {
  if (claims.length === 0 || shard !== null) return [];
  return [
    "| claim | | verdict | figures |",
    "|---|---|---|---|",
    ...claims.map((claim) => {
      const figures = claim.observations.map((observation) => describeObservation(observation, "en")).join("\n");
      return `| ${[claim.id, claimStatement(claim, "en"), claimText(claim), figures].map(escapeCell).join(" | ")} |`;
    }),
    "",
  ];
}

/** The job's summary page, in GitHub's Markdown. */
function summary(report: SuiteReport, rest: readonly Annotation[]): string {
  const marks = { met: "✔", missed: "✘", undecided: "?" };
  const lines = [
    `### Faultline: ${report.suite ?? report.options.scenario ?? ""} ${verdictText(report)}`,
    "",
    "| | scenario and topology | expected | seeds | found |",
    "|---|---|---|---|---|",
    ...report.entries.map((entry) => {
      const found = entry.counts.findings.map(
        ({ kind, claim, seeds, smallestSeed }) =>
          `${findingTitle(kind, claim)}: ${plural(seeds, "seed")}, smallest ${smallestSeed}`,
      );
      const cells = [
        entryName(entry),
        expectationText(entry.expectation),
        String(entry.counts.seeds),
        found.join("; "),
      ];
      return `| ${marks[entry.agreement]} | ${cells.map(escapeCell).join(" | ")} |`;
    }),
    "",
    ...claimRows(report),
  ];
  if (rest.length > 0) {
    lines.push(`${rest.length} more than the annotations show:`, "");
    for (const { title, message } of rest) lines.push(`- ${escapeCell(title)}: ${escapeCell(message)}`);
    lines.push("");
  }
  return `${lines.join("\n")}\n`;
}

function escapeCell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("<", "&lt;").replaceAll("\n", " · ");
}

function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
