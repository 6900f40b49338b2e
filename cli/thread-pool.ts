import type { ThreadOutcome, WatchedThread } from "./watched-thread.ts";

/** Why a job has no result, and the thread that it was on, which has ended. */
export interface LostJob<Thread> {
  readonly outcome: Exclude<ThreadOutcome<never>, { readonly kind: "result" | "stopped" }>;
  readonly thread: Thread;
}

/**
 * Carries out jobs on watched threads, as these come free. A thread that hangs or dies costs the job that it was on, and no
 * other: the next job gets a new one.
 */
export class ThreadPool<Job, Result, Thread extends WatchedThread<Job, Result, never>> {
  private readonly workers: number;
  private readonly open: () => Thread;
  private readonly threads = new Set<Thread>();
  private stopped = false;

  /** @param open starts a thread */
  constructor(workers: number, open: () => Thread) {
    this.workers = workers;
    this.open = open;
  }

  /**
   * Returns when all jobs have ended or {@link stop} was called.
   *
   * @param onResult is handed each result as it comes, with its job
   * @param onLost says what to hand over for a job without a result, undefined for nothing; what it throws ends the run
   */
  async run<Asked extends Job>(
    jobs: Iterable<Asked>,
    onResult: (result: Result, job: Asked) => void,
    onLost: (job: Asked, lost: LostJob<Thread>) => Promise<Result | undefined>,
  ): Promise<void> {
    const queue = jobs[Symbol.iterator]();
    const lane = async (): Promise<void> => {
      let thread: Thread | undefined;
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
        const result = await onLost(job, { outcome, thread });
        thread = undefined;
        if (result === undefined) return;
        onResult(result, job);
      }
      if (thread !== undefined) await this.end(thread);
    };
    try {
      await Promise.all(Array.from({ length: this.workers }, lane));
    } finally {
      await this.stop();
    }
  }

  /** Carries out a job beside the others, on a thread of its own. */
  async runApart(job: Job): Promise<{ readonly outcome: ThreadOutcome<Result>; readonly thread: Thread }> {
    const thread = this.start();
    const outcome = await thread.run(job);
    await this.end(thread);
    return { outcome, thread };
  }

  /** Ends all threads at once; a run in progress returns early. */
  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all([...this.threads].map((thread) => this.end(thread)));
  }

  private start(): Thread {
    const thread = this.open();
    this.threads.add(thread);
    return thread;
  }

  private async end(thread: Thread): Promise<void> {
    this.threads.delete(thread);
    await thread.end();
  }
}
