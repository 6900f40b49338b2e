import { NodeDrain } from "../../host/nodejs/drain.ts";
import { formatMoment } from "../../report/format.ts";
import { render, type Language } from "../../report/messages/render.ts";
import { timeline } from "../../report/timeline.ts";
import { scenarios } from "../../scenarios/catalogue.ts";
import { explain } from "../../scenarios/explain.ts";
import { describePlan, type Plan } from "../../scenarios/plan.ts";
import { runPlan, type RunReport, type Verdict } from "../../scenarios/run-plan.ts";
import { foremost, type Expectation, type Shown } from "../../scenarios/scenario.ts";
import { PROBE_KEY } from "../../scenarios/verifier.ts";
import { clientsOf, disksOf, lanesOf } from "../../scenarios/world.ts";
import { RetainedTrace } from "../../sim/trace.ts";
import { build } from "../build.ts";
import { describeDivergence } from "../describe-divergence.ts";
import { ExitCode } from "../exit-code.ts";
import { writeOutput } from "../output-file.ts";
import { printLastEvents } from "../print-last-events.ts";
import { printTimeline } from "../print-timeline.ts";
import { MAX_WIDTH, wrap, type Terminal } from "../terminal.ts";
import { UsageError } from "../usage-error.ts";
import type { SeedResult } from "../worker-messages.ts";
import { WorkerPool } from "../worker-pool.ts";
import { workerProgram } from "../worker-program.ts";
import type { CommandContext } from "./command.ts";

const DEFAULT_LINES = 40;

/** A run that can be shown. */
export interface Subject {
  readonly plan: Plan;
  /** What it is called in one line: "seed 7". */
  readonly name: string;
  /** What is foreseen of it, so that what is not can be shown first. */
  readonly expectation: Expectation;
}

/** What a replay shows. */
export interface View {
  readonly all: boolean;
  readonly host: string | undefined;
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly language: Language;
  /** The kind of finding to show; undefined: the one that matters most. */
  readonly finding: string | undefined;
  /** The file that the history goes to; undefined for none. */
  readonly history: string | undefined;
}

/** Runs a plan again and prints what it shows. @returns 1 when it violates, 0 when it holds or is excused */
export async function replayPlan(subject: Subject, view: View, context: CommandContext): Promise<number> {
  const { out, err, interrupted } = context;
  const { plan, name, expectation } = subject;
  const lanes = lanesOf(plan);
  const machines = [...lanes, ...clientsOf(plan)];
  if (view.host !== undefined && !machines.includes(view.host)) {
    throw new UsageError(`--host: no machine '${view.host}'`, `valid: ${machines.join(", ")}`);
  }
  out.write(`${out.bold(plan.scenario)} · ${plan.topology} · ${name} · build ${build}\n`);
  out.write(`plan: ${describePlan(plan, lanes)}\n`);

  // First on a watched thread: only from outside can an endless loop in a node's code be told from a long run.
  const watched = await runWatched(plan, interrupted);
  if (watched === undefined) return ExitCode.INTERRUPTED;
  if (watched.failure !== undefined) {
    printFailure(err, name, watched);
    return ExitCode.INTERNAL;
  }
  let trace = new RetainedTrace();
  const report = await runPlan(plan, { drain: new NodeDrain(), trace });
  let shownIn = report;
  if (report.shownBy !== undefined && !interrupted.aborted) {
    out.write("without the faults beyond the fault model it violates as well; that run is shown:\n");
    out.write(`plan: ${describePlan(report.shownBy, lanes)}\n`);
    trace = new RetainedTrace();
    shownIn = await runPlan(report.shownBy, { drain: new NodeDrain(), trace });
  }
  if (interrupted.aborted) return ExitCode.INTERRUPTED;
  if (view.history !== undefined) {
    // The verifier's probes are none of the workload, and of a kind that its model may not know.
    const entries = shownIn.history.filter((entry) => entry.key !== PROBE_KEY);
    writeOutput(view.history, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(""));
  }
  const explanation =
    mainFinding(shownIn, trace, expectation, view.finding) ?? scenarios.get(plan.scenario)?.illustrate?.(trace);
  // A client has a lane where what it saw is what is wrong.
  const witnesses = new Set([explanation?.record, ...(explanation?.context ?? [])].map((record) => record?.host));
  const shown = view.all ? machines : machines.filter((host) => lanes.includes(host) || witnesses.has(host));
  show(out, explanation, trace, shown, disksOf(plan), report.findings.length > 0, view);
  printVerdict(out, report, explanation, view);
  if (report.fingerprint !== watched.fingerprint) {
    err.write(`${err.red("nondeterministic:")} the same plan gave fingerprint ${watched.fingerprint} just before\n`);
    err.write(`  ${await describeDivergence(() => plan)}\n`);
    return ExitCode.INTERNAL;
  }
  return EXIT_CODES[report.verdict];
}

const EXIT_CODES: Readonly<Record<Verdict, number>> = {
  holds: ExitCode.AS_EXPECTED,
  excused: ExitCode.AS_EXPECTED,
  violated: ExitCode.VIOLATION,
  unknown: ExitCode.UNKNOWN,
  failed: ExitCode.INTERNAL,
};

async function runWatched(plan: Plan, interrupted: AbortSignal): Promise<SeedResult | undefined> {
  const pool = new WorkerPool({ workers: 1, program: workerProgram });
  const stop = (): void => void pool.stop();
  interrupted.addEventListener("abort", stop);
  let result: SeedResult | undefined;
  const { scenario, topology, seed } = plan;
  await pool.run([{ scenario, topology, seed, plan }], (seen) => {
    result = seen;
  });
  interrupted.removeEventListener("abort", stop);
  return result;
}

/**
 * The finding to explain: of the kind asked for; else what nobody foresaw; else what the scenario is about.
 *
 * @throws UsageError when the run has none of the kind asked for
 */
function mainFinding(
  { findings, history }: RunReport,
  trace: RetainedTrace,
  expectation: Expectation,
  kind: string | undefined,
): Shown | undefined {
  const asked = kind === undefined ? undefined : findings.find((finding) => finding.kind === kind);
  if (kind !== undefined && asked === undefined) {
    const kinds = [...new Set(findings.map((finding) => finding.kind))];
    throw new UsageError(`--finding: this run has no '${kind}'`, `it has: ${kinds.join(", ") || "no findings"}`);
  }
  const finding = asked ?? foremost(findings, expectation);
  return finding === undefined ? undefined : explain(finding, history, trace);
}

function show(
  out: Terminal,
  explanation: Shown | undefined,
  trace: RetainedTrace,
  lanes: readonly string[],
  disks: readonly string[],
  violates: boolean,
  view: View,
): void {
  const record = explanation?.record;
  const wholeRun = view.all || view.host !== undefined || view.from !== undefined || view.to !== undefined;
  if (!wholeRun && record === undefined) {
    out.write(out.dim("nothing to explain; --all shows the whole run\n"));
    return;
  }
  const shown = timeline(trace.records, {
    hosts: view.host === undefined ? lanes : [view.host],
    disks,
    ...(wholeRun || explanation === undefined ? {} : { within: pastOf(explanation, trace) }),
    ...(record === undefined ? {} : { violation: record, harmless: !violates }),
    ...(explanation === undefined ? {} : { context: explanation.context }),
    ...(explanation?.labels === undefined ? {} : { labels: explanation.labels }),
    ...(view.from === undefined ? {} : { from: view.from }),
    ...(view.to === undefined ? {} : { to: view.to }),
    ...(wholeRun ? { pastViolation: true } : { limit: DEFAULT_LINES }),
  });
  out.write("\n");
  if (shown.rows.length === 0) {
    out.write(
      out.dim(`  nothing then and there: the run ended at ${formatMoment(trace.records.at(-1)?.time ?? 0)}\n\n`),
    );
    return;
  }
  printTimeline(out, shown, lanes, view.language);
  if (shown.omitted > 0) {
    const message = { id: "event-more", params: { count: shown.omitted } };
    out.write(out.dim(`  ${render(message, view.language)}: --all, --host NAME, --from TIME, --to TIME\n`));
  }
  out.write("\n");
}

/** The events that led to a finding, and to what else one must see to understand it. */
function pastOf({ record, context, alone }: Shown, trace: RetainedTrace): ReadonlySet<number> {
  const past = new Set<number>();
  if (alone === true) return past;
  for (const { event } of record === undefined ? context : [...context, record]) {
    for (const cause of trace.causalPast(event)) past.add(cause);
  }
  return past;
}

function printVerdict(out: Terminal, report: RunReport, explanation: Shown | undefined, view: View): void {
  if (explanation !== undefined) {
    const { claim } = explanation;
    const sentence = `${claim === undefined ? "" : `${claim} · `}${render(explanation.message, view.language)}`;
    for (const line of wrap(`  ${sentence}`, MAX_WIDTH, "    ")) out.write(`${line}\n`);
    const more = report.findings.length - 1;
    if (more > 0) out.write(out.dim(`  ${more} more ${more === 1 ? "finding" : "findings"} in this run\n`));
  }
  const { verdict: word } = report;
  const verdict = word === "holds" ? out.green(word) : word === "excused" ? out.yellow(word) : out.red(word);
  out.write(`  verdict ${verdict} · fingerprint ${report.fingerprint}\n`);
}

function printFailure(err: Terminal, name: string, { failure }: SeedResult): void {
  err.write(`${err.red("could not be judged:")} ${name}: ${failure?.message ?? ""}\n`);
  printLastEvents(err, failure?.place.lastEvents ?? []);
}

/** The view of the main job: what matters, nothing else. */
export const DEFAULT_VIEW: View = {
  all: false,
  host: undefined,
  from: undefined,
  to: undefined,
  language: "en",
  finding: undefined,
  history: undefined,
};
