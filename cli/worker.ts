import { parentPort, workerData } from "node:worker_threads";
import { NodeDrain } from "../host/nodejs/drain.ts";
import { scenarios } from "../scenarios/catalogue.ts";
import { drawPlan } from "../scenarios/draw-plan.ts";
import { runPlan, type RunReport } from "../scenarios/run-plan.ts";
import type { Finding } from "../scenarios/scenario.ts";
import { Heartbeat, type FromWorker, type SeedJob, type SeedResult, type ToWorker } from "./worker-messages.ts";

/** Runs seeds, one after the other, for the pool that started this thread. */
function main(): void {
  const port = parentPort;
  if (port === null) throw new Error("this module runs as a worker thread");
  const heartbeat = new Int32Array(workerData as SharedArrayBuffer);
  const send = (message: FromWorker): void => {
    port.postMessage(message);
  };
  port.on("message", ({ job }: ToWorker) => {
    runSeed(job, heartbeat).then(
      (result) => {
        send({ type: "result", result });
      },
      (error: unknown) => {
        const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
        send({ type: "error", seed: job.seed, message });
      },
    );
  });
  send({ type: "ready" });
}

async function runSeed(job: SeedJob, heartbeat: Int32Array): Promise<SeedResult> {
  heartbeat[Heartbeat.EVENTS] = 0;
  heartbeat[Heartbeat.JOB] = ((heartbeat[Heartbeat.JOB] ?? 0) + 1) | 0;
  const scenario = scenarios.get(job.scenario);
  if (scenario === undefined) throw new Error(`unknown scenario ${job.scenario}`);
  const plan = drawPlan(scenario, job.topology, job.seed);
  const onEvent = (events: number): void => {
    heartbeat[Heartbeat.EVENTS] = events | 0;
  };
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

main();
