import { NodeDrain } from "../host/nodejs/drain.ts";
import { scenarios } from "../scenarios/catalogue.ts";
import { drawPlan } from "../scenarios/draw-plan.ts";
import { runPlan, type RunReport } from "../scenarios/run-plan.ts";
import type { Finding } from "../scenarios/scenario.ts";
import { serveSeeds } from "./serve-seeds.ts";
import type { SeedJob, SeedResult } from "./worker-messages.ts";

async function runSeed(job: SeedJob, onEvent: (events: number) => void): Promise<SeedResult> {
  const scenario = scenarios.get(job.scenario);
  if (scenario === undefined) throw new Error(`unknown scenario ${job.scenario}`);
  const plan = drawPlan(scenario, job.topology, job.seed);
  const limit = job.maxEvents === undefined ? {} : { maxEvents: job.maxEvents };
  let report = await runPlan(plan, { drain: new NodeDrain(), onEvent, ...limit });
  if (report.failure !== undefined && !report.failure.exact) {
    // Run one event at a time, the same seed names the very task that the batch could not.
    report = await runPlan(plan, { drain: new NodeDrain(), onEvent, batch: 1, ...limit });
  }
  return summary(job.seed, report);
}

function summary(seed: number, report: RunReport): SeedResult {
  const { verdict, failure, fingerprint, events, time } = report;
  return { seed, verdict, findings: eachKindOnce(report.findings), failure, fingerprint, events, time };
}

function eachKindOnce(findings: readonly Finding[]): SeedResult["findings"] {
  const kinds = new Map(findings.map(({ kind, claim }) => [kind, { kind, claim }]));
  return [...kinds.values()];
}

serveSeeds(runSeed);
