import {
  claimStatement,
  describeNeed,
  describeObservation,
  expectedText,
  verdictWord,
} from "../report/describe-claim.ts";
import { isUnexpectedClaim } from "../report/judge-suite.ts";
import type { Language } from "../report/messages/render.ts";
import type { SuiteReport } from "../report/suite-report.ts";
import type { Claim } from "../scenarios/claims/claim.ts";
import type { JudgedClaim } from "../scenarios/claims/judge-claim.ts";
import { MAX_WIDTH, wrap, type Terminal } from "./terminal.ts";

/** Under a claim's id, what is said of it. */
const INDENT = 10;

/** Prints what claims rest on: which figure of which runs, and what would support each. */
export function printNeeds(out: Terminal, claims: readonly Claim[], language: Language): void {
  for (const claim of claims) {
    printHead(out, claim, [], language);
    for (const observation of claim.observations) printLine(out, describeNeed(observation, language), (text) => text);
  }
}

/** Prints verdicts on claims, each with its figures, what they were held against, and the seed to look at. */
export function printClaims(out: Terminal, { claims }: SuiteReport, language: Language): void {
  for (const claim of claims) {
    const paint = paintOf(out, claim);
    const expected = expectedText(claim, language);
    printHead(
      out,
      claim,
      [paint(verdictWord(claim, language)), ...(expected === undefined ? [] : [out.dim(expected)])],
      language,
    );
    for (const observation of claim.observations) {
      const mark = { supports: out.green("✔"), contradicts: out.red("✘"), open: out.yellow("?") }[observation.outcome];
      printLine(out, describeObservation(observation, language), (text) => text, mark);
      const { figure, scenario, topology } = observation;
      if (figure === null) continue;
      printLine(out, `replay ${scenario} --topology ${topology} --seed ${figure.seed}`, out.cyan, " ");
    }
  }
}

function printHead(out: Terminal, claim: Claim, notes: readonly string[], language: Language): void {
  out.write(`  ${out.bold(claim.id.padEnd(INDENT - 2))}${notes.join(" · ")}${notes.length > 0 ? "\n" : ""}`);
  const statement = wrap(claimStatement(claim, language), MAX_WIDTH - INDENT, "");
  const indent = " ".repeat(INDENT);
  out.write(`${notes.length > 0 ? indent : ""}${statement.join(`\n${indent}`)}\n`);
  for (const line of wrap(claim.words, MAX_WIDTH - INDENT, "")) out.write(`${indent}${out.dim(line)}\n`);
}

function printLine(out: Terminal, text: string, paint: (text: string) => string, mark?: string): void {
  const room = MAX_WIDTH - INDENT - (mark === undefined ? 0 : 2);
  const lines = wrap(text, room, "  ").map(paint);
  const indent = " ".repeat(INDENT);
  for (const [at, line] of lines.entries()) {
    const margin = mark === undefined ? "" : at === 0 ? `${mark} ` : "  ";
    out.write(`${indent}${margin}${line}\n`);
  }
}

function paintOf(out: Terminal, claim: JudgedClaim): (text: string) => string {
  if (isUnexpectedClaim(claim)) return out.red;
  return claim.verdict === "undecided" ? out.yellow : out.green;
}
