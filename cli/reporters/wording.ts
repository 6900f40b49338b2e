import { expectedText, openText, verdictWord } from "../../report/describe-claim.ts";
import { render } from "../../report/messages/render.ts";
import type { SuiteReport, SuiteReportEntry } from "../../report/suite-report.ts";
import type { Problem } from "../../scenarios/agreement.ts";
import type { JudgedClaim } from "../../scenarios/claims/judge-claim.ts";
import type { Expectation } from "../../scenarios/scenario.ts";
import { worstFinding } from "../../scenarios/tally.ts";
import { build } from "../build.ts";
import { replayCommand } from "../commands/choose.ts";

/** What was found, as a heading: "read failed: SSTable vanished (SD-2)". */
export function findingTitle(kind: string, claim: string | undefined): string {
  return render({ id: `title-${kind}`, params: {} }) + (claim === undefined ? "" : ` (${claim})`);
}

/** "holds", or "violates SD-2". */
export function expectationText(expectation: Expectation): string {
  return expectation.kind === "holds" ? "holds" : `violates ${expectation.claim ?? expectation.finding}`;
}

/** Why an expectation was missed or is open, in one line. */
export function problemText(problem: Problem): string {
  switch (problem.kind) {
    case "failed-runs":
      return `${plural(problem.runs, "run")} could not be judged`;
    case "unforeseen-finding": {
      const title = findingTitle(problem.finding, problem.claim);
      return `nobody foresaw: ${title}, ${plural(problem.seeds, "seed")}, smallest ${problem.smallestSeed}`;
    }
    case "not-found":
      return `${problem.claim ?? problem.finding} was not violated within ${problem.withinSeeds} seeds`;
    case "fault-never-fired":
      return `no ${problem.class} fault came to pass, of ${problem.planned} planned`;
    case "too-many-excused":
      return `${problem.excused} of ${plural(problem.seeds, "run")} are excused, and at most 5 % may be`;
    case "unknown-verdicts":
      return `of ${plural(problem.runs, "run")} the checkers' budget ended before there was a verdict`;
    case "too-few-seeds":
      return `too few seeds to decide: ${problem.seeds} of ${problem.needed}`;
    case "one-shard-only":
      return "one shard alone does not decide it: merge them all";
  }
}

/** "undecided (literature: confirmed): too few runs: 50 are needed": a claim's verdict in one line, and why it is open. */
export function claimText(claim: JudgedClaim): string {
  const expected = expectedText(claim, "en");
  const open = [...new Set(claim.observations.map((observation) => openText(observation, "en")))].filter(Boolean);
  const verdict = verdictWord(claim, "en") + (expected === undefined ? "" : ` (${expected})`);
  return open.length === 0 ? verdict : `${verdict}: ${open.join("; ")}`;
}

/** "1 seed", "2 seeds", "2 classes". */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : noun.endsWith("s") ? "es" : "s"}`;
}

/** "3 cases, 12 modes". */
export function casesAndModes(cases: number, modes: number): string {
  return cases === 0 ? plural(modes, "mode") : `${plural(cases, "case")}, ${plural(modes, "mode")}`;
}

/** What an entry is about: "compaction-race · single"; of a case, its file, which says the rest. */
export function entryName({ scenario, topology, case: file }: SuiteReportEntry): string {
  return file === null ? `${scenario} · ${topology}` : `${file} · ${topology}`;
}

/** The command that replays a seed of an entry. */
export function replayOf({ options }: SuiteReport, entry: SuiteReportEntry, seed: number): string {
  if (entry.case !== null) return `npx faultline replay ${entry.case} --build ${build}`;
  return replayCommand(options.scenario ?? entry.scenario, entry.topology, seed);
}

/** The seed of an entry to look at first; undefined when all of them hold. */
export function worstSeed(entry: SuiteReportEntry): number | undefined {
  const failed = entry.unexpected.find(({ verdict }) => verdict === "failed");
  return entry.nondeterministic[0]?.seed ?? failed?.seed ?? worstFinding(entry.counts, entry.expectation)?.smallestSeed;
}

/** The command to go on with; undefined when there is nothing to look at. */
export function nextCommand(report: SuiteReport): string | undefined {
  const rank = ({ agreement, nondeterministic }: SuiteReportEntry): number =>
    nondeterministic.length > 0 ? 0 : agreement === "missed" ? 1 : 2;
  for (const entry of [...report.entries].sort((a, b) => rank(a) - rank(b))) {
    const seed = worstSeed(entry);
    if (seed !== undefined) return replayOf(report, entry, seed);
  }
  return undefined;
}

/** The whole report's verdict in words, without a mark. */
export function verdictText({ verdict, ended, entries }: SuiteReport): string {
  if (entries.some(({ nondeterministic }) => nondeterministic.length > 0)) return "nondeterministic";
  switch (verdict) {
    case "as-expected":
      return "as expected";
    case "unexpected":
      return "not as expected";
    case "undecided":
      return ended === "interrupted" ? "cut short" : "undecided";
    case "failed":
      return "some runs could not be judged";
  }
}
