import { WatchedThread } from "./watched-thread.ts";
import type { SeedJob, SeedResult } from "./worker-messages.ts";

export interface WorkerPoolOptions {
  readonly workers: number;
  /** A worker that carries out no event for so many milliseconds may be in an endless loop, and is ended. Default 20 s. */
  readonly patience?: number;
  /** Where the worker's program is. */
  readonly program: URL;
}

const DEFAULT_PATIENCE = 20_000;

/** The worker threads' program could not be started at all. */
export class WorkerStartError extends Error {
  override readonly name = "WorkerStartError";
}

/**
 * Runs seeds on worker threads, and watches them from outside: only so can an endless loop in a node's code be ended, and
 * told from a long run. A thread that dies costs the seed that it was running, and no other.
 */
export class WorkerPool {
  private readonly options: WorkerPoolOptions;
  private readonly threads = new Set<WatchedThread>();
  private stopped = false;

  constructor(options: WorkerPoolOptions) {
    this.options = options;
  }

  /**
   * Runs the jobs in order, as workers come free; each result is handed over as it comes, with its job. Returns when all
   * have ended or {@link stop} was called.
   *
   * @throws WorkerStartError
   */
  async run<Job extends SeedJob>(jobs: Iterable<Job>, onResult: (result: SeedResult, job: Job) => void): Promise<void> {
    const queue = jobs[Symbol.iterator]();
    const lane = async (): Promise<void> => {
      let thread: WatchedThread | undefined;
      for (let next = queue.next(); !next.done && !this.stopped; next = queue.next()) {
        const job = next.value;
        thread ??= this.start();
        const outcome = await thread.run(job);
        if (outcome.kind === "stopped") return;
        if (outcome.kind === "result") {
          onResult(outcome.result, job);
          continue;
        }
        await this.end(thread);
        if (outcome.kind === "broken" && !thread.ready) throw new WorkerStartError(outcome.reason);
        thread = undefined;
        const result =
          outcome.kind === "hung" ? await this.lookAgain(job, outcome.events) : broken(job, outcome.reason);
        if (result === undefined) return;
        onResult(result, job);
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

  private start(): WatchedThread {
    const thread = new WatchedThread(this.options.program, this.options.patience ?? DEFAULT_PATIENCE);
    this.threads.add(thread);
    return thread;
  }

  private async end(thread: WatchedThread): Promise<void> {
    this.threads.delete(thread);
    await thread.end();
  }

  /**
   * Runs a seed that seemed to hang a second time: a machine that was suspended, or had no time for its threads, looks the
   * same from outside as an endless loop, but is not met in the same event again. When it is, the run up to that event
   * tells whose code it is.
   *
   * @returns undefined when stopped
   */
  private async lookAgain(job: SeedJob, events: number): Promise<SeedResult | undefined> {
    const again = await this.onThreadOfItsOwn(job);
    switch (again.kind) {
      case "stopped":
        return undefined;
      case "result":
        return again.result;
      case "broken":
        return broken(job, `hung after ${events} events; the second time: ${again.reason}`);
      case "hung":
        if (again.events === events) return this.locateHang(job, events);
        return broken(job, `hung after ${events} events, and after ${again.events} the second time: nondeterministic`);
    }
  }

  private async locateHang(job: SeedJob, events: number): Promise<SeedResult | undefined> {
    const outcome = await this.onThreadOfItsOwn({ ...job, maxEvents: events });
    if (outcome.kind === "stopped") return undefined;
    if (outcome.kind === "hung" && outcome.events === events) {
      const where = events === 0 ? "while the plan is drawn" : `of the simulation after event ${events}`;
      return { ...broken(job, `endless loop ${where}`), repeated: true };
    }
    const failure = outcome.kind === "result" ? outcome.result.failure : undefined;
    if (outcome.kind !== "result" || failure === undefined || outcome.result.events !== events) {
      return broken(job, `hung twice after ${events} events, and never came so far the third time: nondeterministic`);
    }
    const { place } = failure;
    const where = place.host === "" ? "the world" : `${place.host} (${place.task})`;
    const message = `endless loop in the code of ${where}, in event ${events + 1}`;
    return { ...outcome.result, failure: { ...failure, message }, repeated: true };
  }

  private async onThreadOfItsOwn(job: SeedJob): ReturnType<WatchedThread["run"]> {
    const thread = this.start();
    const outcome = await thread.run(job);
    await this.end(thread);
    return outcome;
  }
}

/** The result of a seed that its thread could not run to the end. */
function broken(job: SeedJob, reason: string): SeedResult {
  const place = { time: 0, event: 0, host: "", task: "", lastEvents: [] };
  return {
    seed: job.seed,
    verdict: "failed",
    findings: [],
    faults: [],
    failure: { message: reason, reason, place, exact: false },
    fingerprint: "",
    nodeDigest: "",
    events: 0,
    time: 0,
    seconds: 0,
  };
}
