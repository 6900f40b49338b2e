import { ThreadPool, type LostJob } from "./thread-pool.ts";
import { WatchedThread } from "./watched-thread.ts";
import { Heartbeat, type SeedJob, type SeedResult, type WorkerNote } from "./worker-messages.ts";

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

/** A thread that runs seeds. It may take its time for judging, but not for an event. */
class SeedThread extends WatchedThread<SeedJob, SeedResult, WorkerNote> {
  private readonly heartbeat: Int32Array;

  constructor(program: URL, patience: number) {
    const shared = new SharedArrayBuffer(Heartbeat.LENGTH * Int32Array.BYTES_PER_ELEMENT);
    const heartbeat = new Int32Array(shared);
    const signOfLife = (): number | undefined =>
      heartbeat[Heartbeat.RUNNING] === 0 ? undefined : heartbeat[Heartbeat.EVENTS];
    super({ program, patience, shared, signOfLife });
    this.heartbeat = heartbeat;
  }

  /** Carried out of the seed that it was last on. */
  get events(): number {
    return this.heartbeat[Heartbeat.EVENTS] ?? 0;
  }

  override run(job: SeedJob): ReturnType<WatchedThread<SeedJob, SeedResult, WorkerNote>["run"]> {
    return super.run(bare(job));
  }
}

/**
 * Runs seeds on worker threads, and watches them from outside: only so can an endless loop in a node's code be ended, and
 * told from a long run. A thread that dies costs the seed that it was running, and no other.
 */
export class WorkerPool {
  private readonly pool: ThreadPool<SeedJob, SeedResult, SeedThread>;

  constructor({ workers, program, patience = DEFAULT_PATIENCE }: WorkerPoolOptions) {
    this.pool = new ThreadPool(workers, () => new SeedThread(program, patience));
  }

  /**
   * Runs the jobs in order, as workers come free; each result is handed over as it comes, with its job. Returns when all
   * have ended or {@link stop} was called.
   *
   * @throws WorkerStartError
   */
  async run<Job extends SeedJob>(jobs: Iterable<Job>, onResult: (result: SeedResult, job: Job) => void): Promise<void> {
    await this.pool.run(jobs, onResult, async (job, { outcome, thread }: LostJob<SeedThread>) => {
      if (outcome.kind === "hung") return this.lookAgain(job, thread.events);
      if (!thread.ready) throw new WorkerStartError(outcome.reason);
      return broken(job, outcome.reason);
    });
  }

  /** Ends all threads at once; a run in progress returns early. */
  stop(): Promise<void> {
    return this.pool.stop();
  }

  /**
   * Runs a seed that seemed to hang a second time: a machine that was suspended, or had no time for its threads, looks the
   * same from outside as an endless loop, but is not met in the same event again. When it is, the run up to that event
   * tells whose code it is.
   *
   * @returns undefined when stopped
   */
  private async lookAgain(job: SeedJob, events: number): Promise<SeedResult | undefined> {
    const { outcome, thread } = await this.pool.runApart(job);
    switch (outcome.kind) {
      case "stopped":
        return undefined;
      case "result":
        return outcome.result;
      case "broken":
        return broken(job, `hung after ${events} events; the second time: ${outcome.reason}`);
      case "hung":
        if (thread.events === events) return this.locateHang(job, events);
        return broken(job, `hung after ${events} events, and after ${thread.events} the second time: nondeterministic`);
    }
  }

  private async locateHang(job: SeedJob, events: number): Promise<SeedResult | undefined> {
    const { outcome, thread } = await this.pool.runApart({ ...job, maxEvents: events });
    if (outcome.kind === "stopped") return undefined;
    if (outcome.kind === "hung" && thread.events === events) {
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
}

/** What a thread needs of a job, and nothing that its owner keeps with it. */
function bare({ scenario, topology, seed, plan, maxEvents, compare }: SeedJob): SeedJob {
  return {
    scenario,
    topology,
    seed,
    ...(plan === undefined ? {} : { plan }),
    ...(maxEvents === undefined ? {} : { maxEvents }),
    ...(compare === undefined ? {} : { compare }),
  };
}

/** The result of a seed that its thread could not run to the end. */
function broken(job: SeedJob, reason: string): SeedResult {
  const place = { time: 0, event: 0, host: "", task: "", lastEvents: [] };
  return {
    seed: job.seed,
    verdict: "failed",
    findings: [],
    faults: [],
    metrics: [],
    failure: { message: reason, reason, place, exact: false },
    fingerprint: "",
    nodeDigest: "",
    events: 0,
    time: 0,
    seconds: 0,
  };
}
