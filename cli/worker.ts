import { NodeDrain } from "../host/nodejs/drain.ts";
import { drawPlan } from "../scenarios/draw-plan.ts";
import { activationsOf } from "../scenarios/faults/activation.ts";
import type { Plan } from "../scenarios/plan.ts";
import { runPlan, type RunReport } from "../scenarios/run-plan.ts";
import type { Finding, Scenario } from "../scenarios/scenario.ts";
import { describeDivergence } from "./describe-divergence.ts";
import { loadScenario } from "./load-scenario.ts";
import { serveSeeds, type Watched } from "./serve-seeds.ts";
import type { SeedJob, SeedResult } from "./worker-messages.ts";

/** What this thread has been asked for, by name or path: a user's module is read once. */
const loaded = new Map<string, Scenario>();

async function runSeed(job: SeedJob, { onEvent, onEnd }: Watched): Promise<SeedResult> {
  const begun = performance.now();
  const draw = await drawerOf(job);
  const plan = draw();
  const limit = job.maxEvents === undefined ? {} : { maxEvents: job.maxEvents };
  const options = { drain: new NodeDrain(), onEvent, onEnd, ...limit };
  let report = await runPlan(plan, options);
  if (report.failure !== undefined && !report.failure.exact) {
    // Run one event at a time, the same seed names the very task that the batch could not, if it fails the same way.
    const exact = await runPlan(plan, { ...options, batch: 1 });
    if (exact.failure?.reason === report.failure.reason) report = exact;
  }
  const divergence = job.compare === true ? { divergence: await describeDivergence(draw) } : {};
  return { ...summary(job.seed, report), seconds: (performance.now() - begun) / 1000, ...divergence };
}

async function drawerOf({ scenario: name, topology, seed, plan }: SeedJob): Promise<() => Plan> {
  if (plan !== undefined) return () => plan;
  const scenario = loaded.get(name) ?? (await loadScenario(name));
  loaded.set(name, scenario);
  return () => drawPlan(scenario, topology, seed);
}

function summary(seed: number, report: RunReport): Omit<SeedResult, "seconds"> {
  const { verdict, metrics, failure, fingerprint, nodeDigest, events, time } = report;
  const findings = eachKindOnce(report.findings);
  return {
    seed,
    verdict,
    findings,
    faults: activationsOf(report.faults),
    metrics,
    failure,
    fingerprint,
    nodeDigest,
    events,
    time,
  };
}

function eachKindOnce(findings: readonly Finding[]): SeedResult["findings"] {
  const kinds = new Map(findings.map(({ kind, claim }) => [`${kind} ${claim ?? ""}`, { kind, claim }]));
  return [...kinds.values()];
}

serveSeeds(runSeed);
