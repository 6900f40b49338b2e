import { operationsOf, type HistoryEntry } from "../checkers/history.ts";
import type { Message } from "../checkers/message.ts";
import type { Drain } from "../host/drain.ts";
import { describeError, UnhandledRejectionFailure, type FailurePlace } from "../sim/failure.ts";
import type { NodeCrash } from "../sim/machine.ts";
import type { RunResult } from "../sim/simulation.ts";
import { ObservedTrace, type RetainedTrace } from "../sim/trace.ts";
import type { StepLog } from "../sim/step-log.ts";
import type { Cluster } from "./cluster.ts";
import type { FaultReport } from "./faults/strike.ts";
import { InvariantWatch } from "./invariant-watch.ts";
import { judge, OBSERVED_KINDS } from "./judge/judge.ts";
import type { CheckBudget } from "./judge/order.ts";
import { MEASURED_KINDS } from "./metrics/catalogue.ts";
import { measureRun, type RunMetrics } from "./metrics/measure-run.ts";
import { countersOf } from "./metrics/world-counters.ts";
import type { Plan } from "./plan.ts";
import type { Finding } from "./scenario.ts";
import type { NodeState, Topology } from "../topologies/topology.ts";
import { buildWorld, topologyOf } from "./world.ts";

export interface RunPlanOptions {
  readonly drain: Drain;
  /** Keeps the whole trace, for a timeline. */
  readonly trace?: RetainedTrace;
  readonly steps?: StepLog;
  /** The design to run, in place of the one that the plan names: a variant of it, with a bug planted for example. */
  readonly topology?: Topology;
  /** Events after which the run is cut short. */
  readonly maxEvents?: number;
  /** What each search of the judge may take before it ends without an answer. */
  readonly budget?: CheckBudget;
  /** Events between two hand-backs of the event loop. */
  readonly batch?: number;
  /** Called before each event with the number carried out so far; must be cheap. */
  readonly onEvent?: (events: number) => void;
  /**
   * Called between two steps, with what gives the state of every node that is up; must not change anything. Of a run that is
   * repeated without some of its faults, only the first is told of.
   */
  readonly onStep?: (inspect: () => ReadonlyMap<string, NodeState>) => void;
  /** Called when the run is over and judging begins. */
  readonly onEnd?: () => void;
}

/** A run that could not be judged: the harness or a node's code is at fault, not the design. */
export interface RunFailure {
  readonly message: string;
  /** What was thrown or rejected, the same wherever it is noticed; "" when nothing was. */
  readonly reason: string;
  readonly place: FailurePlace;
  /** Whether the place is exact; an unhandled rejection's is so only when events are run one at a time. */
  readonly exact: boolean;
}

/**
 * - `holds`: everything that was promised and looked at held.
 * - `violated`: a promise was broken.
 * - `excused`: something was broken, but the plan went beyond the declared fault model, and without the faults that did,
 *   the same plan holds.
 * - `unknown`: a checker's budget ended before there was an answer.
 * - `failed`: the run could not be judged.
 */
export type Verdict = "holds" | "violated" | "excused" | "unknown" | "failed";

export interface RunReport {
  readonly verdict: Verdict;
  /** What was found wrong; of an excused run, what is excused. */
  readonly findings: readonly Finding[];
  /** Checks that ended without an answer, and why. */
  readonly undecided: readonly Message[];
  /**
   * The plan whose run shows the findings, where that is not the one that was asked for: the same without the faults that
   * went beyond the fault model.
   */
  readonly shownBy?: Plan;
  readonly failure: RunFailure | undefined;
  /** What became of each planned fault. */
  readonly faults: readonly FaultReport[];
  readonly fingerprint: string;
  readonly nodeDigest: string;
  readonly events: number;
  /** True time at the end, in nanoseconds. */
  readonly time: number;
  readonly history: readonly HistoryEntry[];
  /** What was measured; nothing of a run that failed. */
  readonly metrics: RunMetrics;
}

/** Carries out a plan and judges what happened. The same plan gives the same report, on any machine. */
export async function runPlan(plan: Plan, options: RunPlanOptions): Promise<RunReport> {
  const report = await runOnce(plan, options);
  const beyond = new Set(report.faults.filter((fault) => fault.beyond).map((fault) => fault.planned));
  if (report.verdict !== "violated" || beyond.size === 0) return report;
  const fair = { ...plan, unbounded: false, faults: plan.faults.filter((fault) => !beyond.has(fault)) };
  // Its trace and steps are nobody's: what is shown is the run that was asked for.
  const { trace: _trace, steps: _steps, onStep: _onStep, ...rest } = options;
  const again = await runOnce(fair, rest);
  if (again.verdict === "holds") return { ...report, verdict: "excused" };
  if (again.verdict !== "violated") {
    const { verdict, failure, undecided } = again;
    return { ...report, verdict, failure, undecided };
  }
  // Only what is broken without those faults too is held against the design.
  const kinds = new Set(again.findings.map((finding) => finding.kind));
  const shared = report.findings.filter((finding) => kinds.has(finding.kind));
  return shared.length > 0
    ? { ...report, findings: shared }
    : { ...report, findings: again.findings.map(ofAnotherRun), shownBy: fair };
}

/** A finding without the operations that it points to, which are in another history than the report's. */
function ofAnotherRun({ related: _related, ...finding }: Finding): Finding {
  return { ...finding, operation: undefined };
}

async function runOnce(plan: Plan, options: RunPlanOptions): Promise<RunReport> {
  const observed = options.trace ?? new ObservedTrace([...OBSERVED_KINDS, ...MEASURED_KINDS]);
  const { topology = topologyOf(plan) } = options;
  const nodes = topology.place(plan.cluster).nodes.map(({ name }) => name);
  const invariants = new InvariantWatch(observed, topology.invariants, nodes);
  const world = buildWorld(plan, {
    trace: invariants,
    steps: options.steps,
    topology,
  });
  const { simulation, history, asked, cluster, nemesis, processes, firstVerifier, verification } = world;
  const { kernel } = simulation;
  const onEvent = options.onEvent;
  const inspect = (): ReturnType<Cluster["inspect"]> => cluster.inspect();
  const result = await simulation.run({
    drain: options.drain,
    until: () => {
      onEvent?.(kernel.event);
      invariants.check(kernel.now, inspect);
      options.onStep?.(inspect);
      return world.finished();
    },
    deadline: plan.limit,
    ...(options.maxEvents === undefined ? {} : { maxEvents: options.maxEvents }),
    ...(options.batch === undefined ? {} : { batch: options.batch }),
  });
  options.onEnd?.();
  const { fingerprint, nodeDigest, events, time, crashes } = result;
  const faults = nemesis.reports();
  const common = { faults, fingerprint, nodeDigest, events, time, history };
  const failure = clientFailure(crashes, cluster) ?? runFailure(result);
  if (failure !== undefined) return { verdict: "failed", findings: [], undecided: [], failure, ...common, metrics: [] };
  const healedAt = world.healedAt();
  const { findings, undecided } = judge({
    topology,
    unbounded: faults.some(({ beyond }) => beyond),
    history,
    asked,
    processes,
    firstVerifier,
    observed: observed.records,
    crashes,
    broken: invariants.broken,
    healing: healedAt === undefined || verification === undefined ? undefined : { ...verification, at: healedAt },
    finished: result.end === "done",
    time,
    limit: plan.limit,
    budget: options.budget,
  });
  const verdict = findings.length > 0 ? "violated" : undecided.length > 0 ? "unknown" : "holds";
  const metrics = measureRun({
    operations: operationsOf(history),
    processes,
    firstVerifier,
    asked,
    observed: observed.records,
    faults,
    healedAt,
    converged: verification?.converged,
    complexity: topology.complexity,
    counters: countersOf(simulation.network, cluster),
    time,
  });
  return { verdict, findings, undecided, failure: undefined, ...common, metrics };
}

/** A client that crashed: the harness is at fault, whatever else came of it. */
function clientFailure(crashes: readonly NodeCrash[], cluster: Cluster): RunFailure | undefined {
  const crash = crashes.find(({ host }) => !cluster.machines.has(host));
  if (crash === undefined) return undefined;
  const { host, task, time, event, error } = crash;
  const reason = describeError(error);
  const message = `client ${host} crashed (${task}): ${reason}`;
  return { message, reason, place: { host, task, time, event, lastEvents: [] }, exact: true };
}

function runFailure({ failure, crashes }: RunResult): RunFailure | undefined {
  if (failure === undefined) return undefined;
  const rejection = failure instanceof UnhandledRejectionFailure ? failure : undefined;
  const exact = rejection?.exact ?? true;
  const reason = rejection === undefined ? "" : describeError(rejection.reason);
  const [crash] = crashes;
  const before =
    crash === undefined ? "" : `; before that ${crash.host} crashed (${crash.task}): ${describeError(crash.error)}`;
  return { message: failure.message + before, reason, place: failure.place, exact };
}
