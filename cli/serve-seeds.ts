import { parentPort, workerData } from "node:worker_threads";
import { Heartbeat, type FromWorker, type SeedJob, type SeedResult, type ToWorker } from "./worker-messages.ts";

/** What tells the watchdog how a seed gets on. */
export interface Watched {
  /** To be called before each event, with the number carried out so far. */
  readonly onEvent: (events: number) => void;
  /** To be called when the run itself is over, and judging begins, which may take long. */
  readonly onEnd: () => void;
}

export type RunSeed = (job: SeedJob, watched: Watched) => Promise<SeedResult>;

/** Makes this thread a worker of a {@link WorkerPool}: it runs the seeds it is sent, one after the other. */
export function serveSeeds(run: RunSeed): void {
  const port = parentPort;
  if (port === null) throw new Error("this module runs as a worker thread");
  const heartbeat = new Int32Array(workerData as SharedArrayBuffer);
  const send = (message: FromWorker): void => {
    port.postMessage(message);
  };
  const watched: Watched = {
    onEvent(events) {
      heartbeat[Heartbeat.EVENTS] = events | 0;
      heartbeat[Heartbeat.RUNNING] = 1;
    },
    onEnd() {
      heartbeat[Heartbeat.RUNNING] = 0;
    },
  };
  port.on("message", ({ job }: ToWorker) => {
    // From here on: a scenario of a user's may not come to the end of its plan.
    watched.onEvent(0);
    run(job, watched).then(
      (result) => {
        send({ type: "result", result });
      },
      (error: unknown) => {
        const message = error instanceof Error ? error.message : String(error);
        send({ type: "error", message });
      },
    );
  });
  send({ type: "ready" });
}
