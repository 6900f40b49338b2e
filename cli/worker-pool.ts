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

/** What became of a job on a thread: its result; or the thread hung, was stopped, or failed for a reason of its own. */
type Outcome =
  | { readonly kind: "result"; readonly result: SeedResult }
  | { readonly kind: "hung"; readonly events: number }
  | { readonly kind: "stopped" }
  | { readonly kind: "broken"; readonly reason: string };

/**
 * Runs seeds on worker threads, and watches them from outside: only so can an endless loop in a node's code be ended, and
 * told from a long run. A thread that dies costs the seed that it was running, and no other.
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
   */
  async run(jobs: Iterable<SeedJob>, onResult: (result: SeedResult) => void): Promise<void> {
    const queue = jobs[Symbol.iterator]();
    const lane = async (): Promise<void> => {
      let thread: Thread | undefined;
      for (let next = queue.next(); !next.done && !this.stopped; next = queue.next()) {
        const job = next.value;
        thread ??= this.start();
        const outcome = await thread.run(job);
        if (outcome.kind === "stopped") return;
        if (outcome.kind === "result") {
          onResult(outcome.result);
          continue;
        }
        await this.end(thread);
        thread = undefined;
        const failed =
          outcome.kind === "hung" ? await this.locateHang(job, outcome.events) : broken(job, outcome.reason);
        if (failed === undefined) return;
        onResult(failed);
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

  private start(): Thread {
    const thread = new Thread(this.options.program, this.options.patience ?? DEFAULT_PATIENCE);
    this.threads.add(thread);
    return thread;
  }

  private async end(thread: Thread): Promise<void> {
    this.threads.delete(thread);
    await thread.end();
  }

  /**
   * Runs a seed that hung again, up to the event it hung in, whose host and task the run then names; undefined when stopped.
   */
  private async locateHang(job: SeedJob, events: number): Promise<SeedResult | undefined> {
    const thread = this.start();
    const outcome = await thread.run({ ...job, maxEvents: events });
    await this.end(thread);
    if (outcome.kind === "stopped") return undefined;
    const failure = outcome.kind === "result" ? outcome.result.failure : undefined;
    if (outcome.kind !== "result" || failure === undefined || outcome.result.events !== events) {
      return broken(job, `hung after ${events} events, and ran differently the second time`);
    }
    const { place } = failure;
    const where = place.host === "" ? "the world" : `${place.host} (${place.task})`;
    const message = `endless loop in the code of ${where}, in event ${events + 1}`;
    return { ...outcome.result, failure: { ...failure, message } };
  }
}

/** The result of a seed that its thread could not run to the end. */
function broken(job: SeedJob, reason: string): SeedResult {
  const place = { time: 0, event: 0, host: "", task: "", lastEvents: [] };
  return {
    seed: job.seed,
    verdict: "failed",
    findings: [],
    failure: { message: reason, reason, place, exact: false },
    fingerprint: "",
    nodeDigest: "",
    events: 0,
    time: 0,
  };
}

class Thread {
  private readonly worker: Worker;
  private readonly heartbeat: Int32Array;
  private readonly patience: number;
  private settle: ((outcome: Outcome) => void) | undefined;
  private end_: Outcome | undefined;

  constructor(program: URL, patience: number) {
    const shared = new SharedArrayBuffer(Heartbeat.LENGTH * Int32Array.BYTES_PER_ELEMENT);
    this.heartbeat = new Int32Array(shared);
    this.patience = patience;
    this.worker = new Worker(program, { workerData: shared });
    this.worker.on("message", (message: FromWorker) => {
      if (message.type === "result") this.finish({ kind: "result", result: message.result });
      else this.finish({ kind: "broken", reason: message.message });
    });
    this.worker.on("error", (error) => {
      const reason = error instanceof Error ? error.message : String(error);
      this.over({ kind: "broken", reason: `a worker thread failed: ${reason}` });
    });
    this.worker.on("exit", (code) => {
      this.over({ kind: "broken", reason: `a worker thread ended with code ${code}` });
    });
  }

  /** Runs one seed. It hangs when a run is under way and carries out no event for as long as patience lasts. */
  async run(job: SeedJob): Promise<Outcome> {
    if (this.end_ !== undefined) return this.end_;
    let seen = -1;
    let since = Date.now();
    const watch = setInterval(() => {
      const events = this.heartbeat[Heartbeat.EVENTS] ?? 0;
      const now = Date.now();
      if (events !== seen || this.heartbeat[Heartbeat.RUNNING] === 0) {
        seen = events;
        since = now;
      } else if (now - since > this.patience) {
        this.finish({ kind: "hung", events });
      }
    }, WATCH_EVERY);
    try {
      return await new Promise<Outcome>((resolve) => {
        this.settle = resolve;
        this.worker.postMessage({ type: "run", job } satisfies ToWorker);
      });
    } finally {
      clearInterval(watch);
    }
  }

  async end(): Promise<void> {
    this.finish({ kind: "stopped" });
    await this.worker.terminate();
  }

  private over(outcome: Outcome): void {
    this.end_ ??= outcome;
    this.finish(outcome);
  }

  private finish(outcome: Outcome): void {
    this.settle?.(outcome);
    this.settle = undefined;
  }
}
