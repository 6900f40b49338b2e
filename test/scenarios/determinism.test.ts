import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { SeedJob } from "../../cli/worker-messages.ts";
import { WorkerPool } from "../../cli/worker-pool.ts";
import { NodeDrain } from "../../host/nodejs/drain.ts";
import { scenarios } from "../../scenarios/catalogue.ts";
import { drawPlan } from "../../scenarios/draw-plan.ts";
import { fingerprintRuns } from "../../scenarios/fingerprint-suite.ts";
import { runPlan } from "../../scenarios/run-plan.ts";
import { firstDivergence } from "../../sim/divergence.ts";
import { StepLog } from "../../sim/step-log.ts";
import { RetainedTrace } from "../../sim/trace.ts";
import { bundleForNode } from "../support/bundle-for-node.js";

/** More of them run in other engines: see test:browser and test:node-versions. */
const SEEDS = 60;

let folder = "";
let workerProgram: URL;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "faultline-determinism-"));
  workerProgram = pathToFileURL(await bundleForNode(join(import.meta.dirname, "../../cli/worker.ts"), folder));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

async function onOneThread(jobs: readonly SeedJob[]): Promise<Map<string, string>> {
  const seen = new Map<string, string>();
  const pool = new WorkerPool({ workers: 1, program: workerProgram });
  await pool.run(jobs, (result) => {
    // One worker runs its jobs in order.
    const job = jobs[seen.size];
    expect(job?.seed).toBe(result.seed);
    seen.set(
      `${job?.scenario} ${job?.topology} ${result.seed}`,
      `${result.verdict} ${result.fingerprint} ${result.nodeDigest}`,
    );
  });
  return seen;
}

test(`${SEEDS} seeds give the same runs again, in reversed order and in a fresh thread`, async () => {
  const jobs = fingerprintRuns(SEEDS);
  const [first, again] = await Promise.all([onOneThread(jobs), onOneThread([...jobs].reverse())]);
  const mismatches = [...first].filter(([job, result]) => again.get(job) !== result);
  expect(mismatches).toEqual([]);
  expect(again.size).toBe(SEEDS);
  // Seeds that all ran alike would agree as well, and mean nothing.
  expect(new Set(first.values()).size).toBe(SEEDS);
});

test("a run that keeps its trace and a log of steps is the same run", async () => {
  // Every topology once, in the first scenario that it is foreseen in: what is looked at is the recording, not the scenario.
  const pairs = new Map(
    [...scenarios.values()]
      .reverse()
      .flatMap((scenario) => [...scenario.expectations.keys()].map((topology) => [topology, scenario] as const)),
  );
  for (const [topology, scenario] of pairs) {
    const plan = drawPlan(scenario, topology, 11);
    const drain = new NodeDrain();
    const steps = [new StepLog(), new StepLog()] as const;
    const bare = await runPlan(plan, { drain });
    const traced = await runPlan(plan, { drain, trace: new RetainedTrace(), steps: steps[0] });
    await runPlan(plan, { drain, steps: steps[1], batch: 1 });
    expect(traced).toEqual(bare);
    expect(firstDivergence(...steps)).toBeUndefined();
    expect(steps[0].length).toBe(bare.events);
  }
});

test("a seed puts every topology into the same situation", () => {
  for (const scenario of scenarios.values()) {
    const plans = [...scenario.expectations.keys()].map((topology) => drawPlan(scenario, topology, 5));
    for (const plan of plans) expect({ ...plan, topology: "" }).toEqual({ ...plans[0], topology: "" });
    expect(drawPlan(scenario, "single", 6)).not.toEqual(drawPlan(scenario, "single", 5));
  }
});
