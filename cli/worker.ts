import { NodeDrain } from "../host/nodejs/drain.ts";
import { scenarios } from "../scenarios/catalogue.ts";
import { drawPlan } from "../scenarios/draw-plan.ts";
import { runPlan, type RunReport } from "../scenarios/run-plan.ts";
import type { Finding } from "../scenarios/scenario.ts";
import { serveSeeds, type Watched } from "./serve-seeds.ts";
import type { SeedJob, SeedResult } from "./worker-messages.ts";

async function runSeed(job: SeedJob, { onEvent, onEnd }: Watched): Promise<SeedResult> {
  const scenario = scenarios.get(job.scenario);
  if (scenario === undefined) throw new Error(`unknown scenario ${job.scenario}`);
  const plan = drawPlan(scenario, job.topology, job.seed);
  const limit = job.maxEvents === undefined ? {} : { maxEvents: job.maxEvents };
  const options = { drain: new NodeDrain(), onEvent, onEnd, ...limit };
  const report = await runPlan(plan, options);
  if (report.failure === undefined || report.failure.exact) return summary(job.seed, report);
  // Run one event at a time, the same seed names the very task that the batch could not, if it fails the same way.
  const exact = await runPlan(plan, { ...options, batch: 1 });
  return summary(job.seed, exact.failure?.reason === report.failure.reason ? exact : report);
}

function summary(seed: number, report: RunReport): SeedResult {
  const { verdict, failure, fingerprint, nodeDigest, events, time } = report;
  return { seed, verdict, findings: eachKindOnce(report.findings), failure, fingerprint, nodeDigest, events, time };
}

function eachKindOnce(findings: readonly Finding[]): SeedResult["findings"] {
  const kinds = new Map(findings.map(({ kind, claim }) => [kind, { kind, claim }]));
  return [...kinds.values()];
}

serveSeeds(runSeed);
