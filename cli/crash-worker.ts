import { parentPort } from "node:worker_threads";
import type { FromCrashWorker, ToCrashWorker } from "./crash-messages.ts";
import { runCrashJob } from "./run-crash-job.ts";

const REPORT_EVERY = 200;

const port = parentPort;
if (port === null) throw new Error("this module runs as a worker thread");
const send = (message: FromCrashWorker): void => {
  port.postMessage(message);
};

port.on("message", ({ job }: ToCrashWorker) => {
  let tried = 0;
  // A timer of its own: the exploration asks from inside the simulation, where there is no clock.
  const reports = setInterval(() => {
    send({ type: "progress", tried });
  }, REPORT_EVERY);
  const onProgress = (count: number): boolean => {
    tried = count;
    return false;
  };
  runCrashJob(job, onProgress)
    .then(
      (result) => {
        send({ type: "result", result });
      },
      (error: unknown) => {
        const what = `${job.workload}, seed ${job.seed}`;
        send({ type: "error", message: `${what}: ${error instanceof Error ? error.message : String(error)}` });
      },
    )
    .finally(() => {
      clearInterval(reports);
    });
});
