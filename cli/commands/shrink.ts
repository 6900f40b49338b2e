import { fileReplay } from "../../report/replay-command.ts";
import { NodeDrain } from "../../host/nodejs/drain.ts";
import { render } from "../../report/messages/render.ts";
import { CASE_SCHEMA, type Case } from "../../scenarios/case.ts";
import { drawPlan } from "../../scenarios/draw-plan.ts";
import type { Plan } from "../../scenarios/plan.ts";
import { runPlan, type RunReport } from "../../scenarios/run-plan.ts";
import { foremost, type Finding } from "../../scenarios/scenario.ts";
import { paceOf } from "../../scenarios/shrink/pace.ts";
import { planSize } from "../../scenarios/shrink/plan-size.ts";
import { shrink as shrinkPlan } from "../../scenarios/shrink/shrink.ts";
import { parseArguments, wholeNumber } from "../arguments.ts";
import { build } from "../build.ts";
import { ExitCode } from "../exit-code.ts";
import { writeOutput } from "../output-file.ts";
import { caseSubject, isCaseFile, readSubject } from "../read-case.ts";
import type { Terminal } from "../terminal.ts";
import { UsageError } from "../usage-error.ts";
import { chooseAny, MAX_SEED } from "./choose.ts";
import type { Command, CommandContext } from "./command.ts";
import { DEFAULT_VIEW, replayPlan, type Subject } from "./replay-plan.ts";

const DEFAULT_TRIES = 20_000;
const MOST_TRIES = 10_000_000;
const REDRAW_EVERY = 100;
const LINE_EVERY = 30_000;
/** A smaller plan that needs so many times the events of the first is another matter, or an endless loop. */
const EVENTS_FACTOR = 4;

export const shrink: Command = {
  name: "shrink",
  summary: "make a violating seed's plan as small as it gets, and save it as a case",
  usage: [
    "faultline shrink SCENARIO [--topology T] --seed S   writes SCENARIO-T-S.json",
    "faultline shrink CASE.json                          makes a case smaller still",
    "  --finding KIND what must stay wrong; else what nobody foresaw, or what the scenario is about",
    "  --out FILE     where the case goes",
    `  --tries N      runs that it may take, ${DEFAULT_TRIES} by default`,
    "Ctrl-C ends the search and saves the smallest case so far.",
  ],

  async run(words, context) {
    const parsed = parseArguments(
      "shrink",
      words,
      {
        topology: { type: "string" },
        seed: { type: "string" },
        finding: { type: "string" },
        out: { type: "string" },
        tries: { type: "string" },
      },
      1,
    );
    const { topology, seed, finding, out: path, tries } = parsed.values as Record<string, string | undefined>;
    const subject = await subjectOf(parsed.words[0], topology, seed);
    const budget = tries === undefined ? DEFAULT_TRIES : wholeNumber("tries", tries, 1, MOST_TRIES);
    const { out } = context;
    const { plan } = subject;
    out.write(`${out.bold(plan.scenario)} · ${plan.topology} · ${subject.name} · build ${build}\n`);
    const first = await runPlan(plan, { drain: new NodeDrain() });
    const kept = keptFinding(subject, first, finding);
    const small = await search(plan, first, kept, budget, context);
    const report = await runPlan(small, { drain: new NodeDrain() });
    const file = path ?? defaultPath(plan);
    const found: Case = {
      schema: CASE_SCHEMA,
      build,
      shows: { finding: kept.kind, ...(kept.claim === undefined ? {} : { claim: kept.claim }) },
      fingerprint: report.fingerprint,
      plan: small,
    };
    writeOutput(file, `${JSON.stringify(found, undefined, 2)}\n`);
    out.write(`  ${planSize(plan)} operations and faults → ${out.bold(String(planSize(small)))}, in ${file}\n`);
    if (context.interrupted.aborted) return ExitCode.INTERRUPTED;
    out.write("\n");
    await replayPlan(caseSubject(file, found), DEFAULT_VIEW, context);
    out.write(`\nreplay:\n  ${out.cyan(fileReplay(file))}\n`);
    return ExitCode.AS_EXPECTED;
  },
};

async function subjectOf(
  word: string | undefined,
  topology: string | undefined,
  seed: string | undefined,
): Promise<Subject> {
  if (word !== undefined && isCaseFile(word)) return readSubject(word);
  const { scenario, topology: chosen, expectation } = await chooseAny("shrink", word, topology);
  if (seed === undefined) throw new UsageError("faultline shrink: which seed?", "give it as --seed S");
  const plan = drawPlan(scenario, chosen, wholeNumber("seed", seed, 0, MAX_SEED));
  return { plan, name: `seed ${seed}`, expectation };
}

/** What must stay wrong. @throws UsageError when nothing is wrong, or not that */
function keptFinding({ expectation, name }: Subject, report: RunReport, kind: string | undefined): Finding {
  const { findings, failure, verdict } = report;
  if (failure !== undefined) throw new UsageError(`${name} could not be judged: ${failure.message}`);
  if (verdict !== "violated") throw new UsageError(`${name} does not violate anything: verdict ${verdict}`);
  const finding = kind === undefined ? foremost(findings, expectation) : findings.find((found) => found.kind === kind);
  if (finding !== undefined) return finding;
  const kinds = [...new Set(findings.map((found) => found.kind))];
  throw new UsageError(`--finding: this run has no '${kind ?? ""}'`, `it has: ${kinds.join(", ")}`);
}

async function search(
  plan: Plan,
  first: RunReport,
  { kind, claim }: Finding,
  budget: number,
  { out, err, interrupted }: CommandContext,
): Promise<Plan> {
  out.write(`  keeps: ${render({ id: `title-${kind}`, params: {} })}${claim === undefined ? "" : ` (${claim})`}\n`);
  const progress = new ShrinkProgress(err);
  const fails = async (candidate: Plan): Promise<boolean> => {
    const maxEvents = EVENTS_FACTOR * first.events;
    const report = await runPlan(candidate, { drain: new NodeDrain(), maxEvents });
    return report.verdict === "violated" && report.findings.some((each) => each.kind === kind && each.claim === claim);
  };
  const small = await shrinkPlan(plan, {
    fails,
    pace: paceOf(plan, first.history),
    budget,
    stopped: () => interrupted.aborted,
    onTry: (tries, size) => progress.show(tries, size),
  });
  progress.clear();
  if (!small.minimal) out.write(`  ${out.yellow("cut short")} after ${small.tries} tries: it may get smaller still\n`);
  else out.write(out.dim(`  nothing more can be left out (${small.tries} tries)\n`));
  return small.plan;
}

class ShrinkProgress {
  private readonly terminal: Terminal;
  private drawn = performance.now();
  private visible = false;

  constructor(terminal: Terminal) {
    this.terminal = terminal;
  }

  show(tries: number, size: number): void {
    const now = performance.now();
    const { interactive } = this.terminal;
    if (now - this.drawn < (interactive ? REDRAW_EVERY : LINE_EVERY)) return;
    this.drawn = now;
    this.visible = interactive;
    const text = `${tries} tries, smallest so far: ${size} operations and faults`;
    this.terminal.write(interactive ? `\r\u001b[K  ${text}` : `  ${text}\n`);
  }

  clear(): void {
    if (this.visible) this.terminal.write("\r\u001b[K");
  }
}

function defaultPath({ scenario, topology, seed }: Plan): string {
  return `${scenario}-${topology.replaceAll(":", "-")}-${seed}.json`;
}
