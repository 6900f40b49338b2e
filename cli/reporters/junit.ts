import { claimStatement, describeObservation } from "../../report/describe-claim.ts";
import { isUnexpectedClaim } from "../../report/judge-suite.ts";
import type { SuiteReport, SuiteReportEntry, UnexpectedRun } from "../../report/suite-report.ts";
import type { JudgedClaim } from "../../scenarios/claims/judge-claim.ts";
import type { Terminal } from "../terminal.ts";
import type { Reporter } from "./reporter.ts";
import { claimText, expectationText, findingTitle, plural, problemText, replayOf, worstSeed } from "./wording.ts";

/** One `<testcase>`. */
interface TestCase {
  readonly classname: string;
  readonly name: string;
  /** Seconds. */
  readonly time: number;
  readonly outcome: Outcome | undefined;
  readonly output: string | undefined;
}

interface Outcome {
  readonly element: "failure" | "error" | "skipped";
  readonly type: string;
  readonly message: string;
  readonly text: string;
}

/**
 * JUnit XML, as Jenkins and most others read it: a test case for each scenario on each topology, which is its class, and one
 * for each seed that nobody foresaw; and one for each claim that was judged. What could not be decided counts as skipped.
 */
export class JUnitReporter implements Reporter {
  private readonly out: Terminal;

  constructor(out: Terminal) {
    this.out = out;
  }

  begin(): void {}

  result(): void {}

  end(report: SuiteReport): void {
    const { timings } = report;
    const name = report.suite ?? report.options.scenario ?? "faultline";
    const cases = report.entries.flatMap((entry, index) => [
      modeCase(report, entry, timings.entrySeconds[index] ?? 0),
      ...entry.unexpected.map((run) => seedCase(report, entry, run)),
    ]);
    // A shard's claims are for all shards together to judge.
    if (report.shard === null) cases.push(...report.claims.map(claimCase));
    const count = (element: Outcome["element"]): number =>
      cases.filter(({ outcome }) => outcome?.element === element).length;
    const sums = { tests: cases.length, failures: count("failure"), errors: count("error") };
    const time = timings.seconds.toFixed(3);
    const suite = { name, ...sums, skipped: count("skipped"), time, timestamp: timings.startedAt.slice(0, 19) };
    this.out.write(
      [
        '<?xml version="1.0" encoding="UTF-8"?>',
        `<testsuites${attributes({ name: "faultline", ...sums, time })}>`,
        `  <testsuite${attributes(suite)}>`,
        "    <properties>",
        `      <property${attributes({ name: "build", value: report.build })}/>`,
        "    </properties>",
        ...cases.map(caseElement),
        "  </testsuite>",
        "</testsuites>",
        "",
      ].join("\n"),
    );
  }
}

function modeCase(report: SuiteReport, entry: SuiteReportEntry, time: number): TestCase {
  const seed = worstSeed(entry);
  const { scenario, topology, case: file } = entry;
  return {
    classname: topology,
    name: file === null ? scenario : `${scenario} case ${file}`,
    time,
    outcome: modeOutcome(entry),
    output: seed === undefined ? undefined : replayOf(report, entry, seed),
  };
}

function modeOutcome(entry: SuiteReportEntry): Outcome | undefined {
  const { agreement, problems, nondeterministic, counts, expectation } = entry;
  const drifting = nondeterministic.map(
    ({ seed, fingerprints, divergence }) =>
      `seed ${seed} is nondeterministic: ${fingerprints.join(", then ")}${divergence === null ? "" : `; ${divergence}`}`,
  );
  if (agreement === "met" && drifting.length === 0) return undefined;
  const found = counts.findings.map(
    ({ kind, claim, seeds, smallestSeed }) =>
      `${findingTitle(kind, claim)}: ${plural(seeds, "seed")}, smallest ${smallestSeed}`,
  );
  const reasons = [...drifting, ...problems.map(problemText)];
  const text = [`expected: ${expectationText(expectation)}`, ...reasons, ...found].join("\n");
  const message = reasons.join("; ");
  if (drifting.length > 0 || counts.verdicts.failed > 0) {
    return { element: "error", type: drifting.length > 0 ? "nondeterministic" : "failed", message, text };
  }
  if (agreement === "undecided") return { element: "skipped", type: "undecided", message, text };
  return { element: "failure", type: "unexpected", message, text };
}

function seedCase(report: SuiteReport, entry: SuiteReportEntry, run: UnexpectedRun): TestCase {
  const { seed, verdict, findings, fingerprint, message } = run;
  const titles = findings.map(({ kind, claim }) => findingTitle(kind, claim)).join("; ");
  const what = message ?? titles;
  const text = `${what}\nfingerprint ${fingerprint === "" ? "none" : fingerprint}`;
  return {
    classname: entry.topology,
    name: entry.case === null ? `${entry.scenario} seed ${seed}` : `${entry.scenario} case ${entry.case} seed ${seed}`,
    time: 0,
    outcome: { element: verdict === "failed" ? "error" : "failure", type: verdict, message: what, text },
    output: replayOf(report, entry, seed),
  };
}

function claimCase(claim: JudgedClaim): TestCase {
  const { id, observations, verdict } = claim;
  const text = observations.map((observation) => describeObservation(observation, "en")).join("\n");
  const message = claimText(claim);
  const outcome = (element: Outcome["element"], type: string): Outcome => ({ element, type, message, text });
  return {
    classname: "claims",
    name: `${id} ${claimStatement(claim, "en")}`,
    time: 0,
    outcome: isUnexpectedClaim(claim)
      ? outcome("failure", "unexpected")
      : verdict === "undecided"
        ? outcome("skipped", "undecided")
        : undefined,
    output: `${message}\n${text}`,
  };
}

function caseElement({ classname, name, time, outcome, output }: TestCase): string {
  const head = `    <testcase${attributes({ classname, name, time: time.toFixed(3) })}`;
  const body: string[] = [];
  if (outcome !== undefined) {
    const { element, type, message, text } = outcome;
    body.push(`      <${element}${attributes({ type, message })}>${escapeXml(text)}</${element}>`);
  }
  if (output !== undefined) body.push(`      <system-out>${escapeXml(output)}</system-out>`);
  return body.length === 0 ? `${head}/>` : [`${head}>`, ...body, "    </testcase>"].join("\n");
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escapeXml(String(value)).replaceAll("\n", "&#10;").replaceAll("\t", "&#9;")}"`)
    .join("");
}

/** Text as XML 1.0 may hold it: what no document may contain, escaped or not, is shown by its code. */
export function escapeXml(text: string): string {
  return text
    .replaceAll(
      /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
    )
    .replaceAll("&", "&amp;")
    .replaceAll("\r", "&#13;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
