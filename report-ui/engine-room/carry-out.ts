import type { Message } from "../../checkers/message.ts";
import type { Drain } from "../../host/drain.ts";
import { causalGraph } from "../../report/causality.ts";
import { isMessageId } from "../../report/messages/english.ts";
import { scenarios } from "../../scenarios/catalogue.ts";
import { drawPlan } from "../../scenarios/draw-plan.ts";
import { explain } from "../../scenarios/explain.ts";
import { activationsOf } from "../../scenarios/faults/activation.ts";
import type { Plan } from "../../scenarios/plan.ts";
import { runPlan, type RunReport } from "../../scenarios/run-plan.ts";
import { foremost, type Expectation, type Finding } from "../../scenarios/scenario.ts";
import { clientsOf, disksOf, lanesOf } from "../../scenarios/world.ts";
import { RetainedTrace } from "../../sim/trace.ts";
import type {
  Explanation,
  OutcomeFinding,
  Recording,
  RunOutcome,
  RunPhase,
  RunSubject,
  ToEngineRoom,
} from "./messages.ts";
import { StateRecorder } from "./state-recorder.ts";

/** Events between two reports of progress. */
const REPORT_EVERY = 20_000;

/** A subject names a scenario that this build does not have. */
export class UnknownScenarioError extends Error {
  override readonly name = "UnknownScenarioError";
}

export interface Surroundings {
  readonly drain: Drain;
  readonly build: string;
  /** Milliseconds on any clock. */
  readonly now: () => number;
  readonly onProgress: (events: number, phase: RunPhase) => void;
}

/**
 * Carries out what the page asks for.
 *
 * @throws UnknownScenarioError
 * @throws PlanError for a topology that there is not
 */
export async function carryOut({ subject, wanted }: ToEngineRoom, around: Surroundings): Promise<RunOutcome> {
  const begun = around.now();
  const plan = planOf(subject);
  const first = await run(plan, wanted === "recording", around);
  const { report } = first;
  // Where only the run without some faults shows what is wrong, that is the run to look at.
  const shown =
    report.shownBy === undefined || first.recording === undefined ? first : await run(report.shownBy, true, around);
  return {
    build: around.build,
    plan,
    verdict: report.verdict,
    fingerprint: report.fingerprint,
    events: report.events,
    time: report.time,
    elapsed: around.now() - begun,
    findings: report.findings.map(inWords),
    undecided: report.undecided,
    faults: activationsOf(report.faults),
    failure: report.failure?.message,
    recording: shown.recording,
  };
}

/** @throws UnknownScenarioError */
export function planOf(subject: RunSubject): Plan {
  if ("plan" in subject) return subject.plan;
  const scenario = scenarios.get(subject.scenario);
  if (scenario === undefined)
    throw new UnknownScenarioError(`there is no scenario '${subject.scenario}' in this build`);
  return drawPlan(scenario, subject.topology, subject.seed);
}

interface Carried {
  readonly report: RunReport;
  readonly recording: Recording | undefined;
}

async function run(plan: Plan, recorded: boolean, { drain, onProgress }: Surroundings): Promise<Carried> {
  const disks = disksOf(plan);
  const nodes = lanesOf(plan).filter((name) => !disks.includes(name));
  let [next, last] = [REPORT_EVERY, 0];
  const watched = {
    drain,
    onEvent: (events: number) => {
      last = events;
      if (events < next) return;
      next = events + REPORT_EVERY;
      onProgress(events, "running");
    },
    onEnd: () => onProgress(last, "judging"),
  };
  if (!recorded) return { report: await runPlan(plan, watched), recording: undefined };
  const trace = new RetainedTrace();
  const recorder = new StateRecorder(trace.records, nodes);
  const report = await runPlan(plan, { ...watched, trace, onStep: (inspect) => recorder.look(inspect) });
  const recording = {
    records: trace.records,
    causes: causalGraph((trace.records.at(-1)?.event ?? 0) + 1, (event) => trace.causesOf(event)),
    machines: { nodes, disks, clients: clientsOf(plan) },
    states: recorder.states,
    history: report.history,
    explanation: explanationOf(plan, report, trace),
  };
  return { report, recording };
}

function explanationOf(plan: Plan, report: RunReport, trace: RetainedTrace): Explanation | undefined {
  const scenario = scenarios.get(plan.scenario);
  const expectation: Expectation = scenario?.expectations.get(plan.topology) ?? { kind: "holds" };
  const finding = foremost(report.findings, expectation);
  const shown = finding === undefined ? scenario?.illustrate?.(trace) : explain(finding, report.history, trace);
  if (shown === undefined) return undefined;
  return {
    title: finding === undefined ? undefined : titleOf(finding),
    claim: shown.claim,
    message: shown.message,
    violation: shown.record?.index,
    context: shown.context.map(({ index }) => index),
  };
}

function inWords(finding: Finding): OutcomeFinding {
  const { kind, claim, host, time, message } = finding;
  return { kind, claim, host, time, title: titleOf(finding), message };
}

function titleOf({ kind }: Finding): Message {
  const id = `title-${kind}`;
  return { id: isMessageId(id) ? id : kind, params: {} };
}
