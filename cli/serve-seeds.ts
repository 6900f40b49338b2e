import { parentPort, workerData } from "node:worker_threads";
import { Heartbeat, type FromWorker, type SeedJob, type SeedResult, type ToWorker } from "./worker-messages.ts";

/** Runs one seed; must call `onEvent` before each event, for the watchdog. */
export type RunSeed = (job: SeedJob, onEvent: (events: number) => void) => Promise<SeedResult>;

/** Makes this thread a worker of a {@link WorkerPool}: it runs the seeds it is sent, one after the other. */
export function serveSeeds(run: RunSeed): void {
  const port = parentPort;
  if (port === null) throw new Error("this module runs as a worker thread");
  const heartbeat = new Int32Array(workerData as SharedArrayBuffer);
  const send = (message: FromWorker): void => {
    port.postMessage(message);
  };
  const onEvent = (events: number): void => {
    heartbeat[Heartbeat.EVENTS] = events | 0;
  };
  port.on("message", ({ job }: ToWorker) => {
    heartbeat[Heartbeat.EVENTS] = 0;
    run(job, onEvent).then(
      (result) => {
        send({ type: "result", result });
      },
      (error: unknown) => {
        const message = error instanceof Error ? error.message : String(error);
        send({ type: "error", seed: job.seed, message });
      },
    );
  });
}
