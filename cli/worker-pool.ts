import { Worker } from "node:worker_threads";
import { Heartbeat, type FromWorker, type SeedJob, type SeedResult, type ToWorker } from "./worker-messages.ts";

export interface WorkerPoolOptions {
  readonly workers: number;
  /** A worker that carries out no event for so many milliseconds is in an endless loop and is ended. Default 20 s. */
  readonly patience?: number;
  /** Where the worker's program is. */
  readonly program: URL;
}

const WATCH_EVERY = 500;
const DEFAULT_PATIENCE = 20_000;

/** A worker thread that ended, or could not run what it was given. */
export class WorkerError extends Error {
  override readonly name = "WorkerError";
}

/**
 * Runs seeds on worker threads, and watches them from outside: only so can an endless loop in a node's code be ended, and
 * told from a long run.
 */
export class WorkerPool {
  private readonly options: WorkerPoolOptions;
  private readonly threads = new Set<Thread>();
  private stopped = false;

  constructor(options: WorkerPoolOptions) {
    this.options = options;
  }

  /**
   * Runs the jobs in order, as workers come free; each result is handed over as it comes. Returns when all have ended or
   * {@link stop} was called.
   *
   * @throws WorkerError when a worker fails for a reason of its own
   */
  async run(jobs: Iterable<SeedJob>, onResult: (result: SeedResult) => void): Promise<void> {
    const queue = jobs[Symbol.iterator]();
    const lane = async (): Promise<void> => {
      let thread: Thread | undefined;
      for (let next = queue.next(); !next.done && !this.stopped; next = queue.next()) {
        thread ??= this.start();
        const outcome = await thread.run(next.value);
        if (outcome === "stopped") return;
        if (outcome !== "hung") {
          onResult(outcome);
          continue;
        }
        const { eventsAtHang } = thread;
        await this.end(thread);
        thread = undefined;
        if (this.isStopped()) return;
        onResult(await this.locateHang(next.value, eventsAtHang));
      }
      if (thread !== undefined) await this.end(thread);
    };
    try {
      await Promise.all(Array.from({ length: this.options.workers }, lane));
    } finally {
      await this.stop();
    }
  }

  /** Ends all threads at once; a run in progress returns early. */
  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all([...this.threads].map((thread) => this.end(thread)));
  }

  private isStopped(): boolean {
    return this.stopped;
  }

  private start(): Thread {
    const thread = new Thread(this.options.program, this.options.patience ?? DEFAULT_PATIENCE);
    this.threads.add(thread);
    return thread;
  }

  private async end(thread: Thread): Promise<void> {
    this.threads.delete(thread);
    await thread.end();
  }

  /** Runs a seed that hung again, up to the event it hung in, whose host and task the run then names. */
  private async locateHang(job: SeedJob, events: number): Promise<SeedResult> {
    const thread = this.start();
    try {
      const outcome = await thread.run({ ...job, maxEvents: events });
      if (outcome === "hung" || outcome === "stopped" || outcome.failure === undefined) {
        throw new WorkerError(`seed ${job.seed} hung after ${events} events, and differently when run again`);
      }
      const { place } = outcome.failure;
      const where = place.host === "" ? "the world" : `${place.host} (${place.task})`;
      const message = `endless loop in the code of ${where}, in event ${events + 1}`;
      return { ...outcome, failure: { ...outcome.failure, message } };
    } finally {
      await this.end(thread);
    }
  }
}

class Thread {
  eventsAtHang = 0;
  private readonly worker: Worker;
  private readonly heartbeat: Int32Array;
  private readonly patience: number;
  private settle: ((outcome: SeedResult | "hung" | "stopped" | WorkerError) => void) | undefined;
  private failure: WorkerError | undefined;

  constructor(program: URL, patience: number) {
    const shared = new SharedArrayBuffer(Heartbeat.LENGTH * Int32Array.BYTES_PER_ELEMENT);
    this.heartbeat = new Int32Array(shared);
    this.patience = patience;
    this.worker = new Worker(program, { workerData: shared });
    this.worker.on("message", (message: FromWorker) => {
      if (message.type === "result") this.finish(message.result);
      if (message.type === "error") this.finish(new WorkerError(`seed ${message.seed}: ${message.message}`));
    });
    this.worker.on("error", (error) => {
      this.fail(new WorkerError(`a worker thread failed: ${error instanceof Error ? error.message : String(error)}`));
    });
    this.worker.on("exit", (code) => {
      this.fail(new WorkerError(`a worker thread ended with code ${code}`));
    });
  }

  /** Runs one seed; "hung" when it makes no progress, "stopped" when the thread was ended. */
  async run(job: SeedJob): Promise<SeedResult | "hung" | "stopped"> {
    if (this.failure !== undefined) throw this.failure;
    let seen = -1;
    let since = Date.now();
    const watch = setInterval(() => {
      const events = this.heartbeat[Heartbeat.EVENTS] ?? 0;
      const now = Date.now();
      if (events !== seen) {
        seen = events;
        since = now;
      } else if (now - since > this.patience) {
        this.eventsAtHang = events;
        this.finish("hung");
      }
    }, WATCH_EVERY);
    try {
      const outcome = await new Promise<SeedResult | "hung" | "stopped" | WorkerError>((resolve) => {
        this.settle = resolve;
        this.worker.postMessage({ type: "run", job } satisfies ToWorker);
      });
      if (outcome instanceof WorkerError) throw outcome;
      return outcome;
    } finally {
      clearInterval(watch);
    }
  }

  async end(): Promise<void> {
    this.finish("stopped");
    await this.worker.terminate();
  }

  private fail(error: WorkerError): void {
    this.failure = error;
    this.finish(error);
  }

  private finish(outcome: SeedResult | "hung" | "stopped" | WorkerError): void {
    this.settle?.(outcome);
    this.settle = undefined;
  }
}
