import type { CrashJob, CrashJobResult, CrashNote } from "./crash-messages.ts";
import { ThreadPool } from "./thread-pool.ts";
import { WatchedThread } from "./watched-thread.ts";

export interface CrashPoolOptions {
  readonly workers: number;
  readonly program: URL;
  /** A worker that reports nothing for so many milliseconds is in an endless loop. Default one minute. */
  readonly patience?: number;
}

export interface CrashPoolListener {
  result(result: CrashJobResult): void;
  /** @param tried by all jobs under way */
  progress(tried: number): void;
}

const DEFAULT_PATIENCE = 60_000;

/** A worker thread that ended, hung, or could not do what it was given. */
export class CrashWorkerError extends Error {
  override readonly name = "CrashWorkerError";
}

/** A thread that carries out jobs of a crash exploration. */
class CrashThread extends WatchedThread<CrashJob, CrashJobResult, CrashNote> {
  /** By the job under way, as far as it has said. */
  tried = 0;

  constructor(program: URL, patience: number, onProgress: () => void) {
    const onNote = ({ tried }: CrashNote): void => {
      this.tried = tried;
      onProgress();
    };
    super({ program, patience, onNote });
  }

  override async run(job: CrashJob): ReturnType<WatchedThread<CrashJob, CrashJobResult, CrashNote>["run"]> {
    try {
      return await super.run(job);
    } finally {
      this.tried = 0;
    }
  }
}

/** Runs the jobs of a crash exploration on worker threads. */
export class CrashPool {
  private readonly patience: number;
  private readonly pool: ThreadPool<CrashJob, CrashJobResult, CrashThread>;
  private readonly threads: CrashThread[] = [];
  private onProgress: () => void = () => undefined;

  constructor({ workers, program, patience = DEFAULT_PATIENCE }: CrashPoolOptions) {
    this.patience = patience;
    this.pool = new ThreadPool(workers, () => {
      const thread = new CrashThread(program, patience, () => this.onProgress());
      this.threads.push(thread);
      return thread;
    });
  }

  /**
   * Runs the jobs in order, as workers come free, until there are no more or {@link stop} is called.
   *
   * @throws CrashWorkerError
   */
  async run(jobs: Iterator<CrashJob>, listener: CrashPoolListener): Promise<void> {
    this.onProgress = () => listener.progress(this.threads.reduce((sum, { tried }) => sum + tried, 0));
    await this.pool.run(
      { [Symbol.iterator]: () => jobs },
      (result) => listener.result(result),
      (job, { outcome }) => {
        const hung = `nothing done for ${this.patience / 1000} s: an endless loop`;
        const reason = outcome.kind === "hung" ? hung : outcome.reason;
        throw new CrashWorkerError(`${job.workload}, seed ${job.seed} (${job.kind}): ${reason}`);
      },
    );
  }

  /** Ends all threads; a run in progress returns early. */
  stop(): Promise<void> {
    return this.pool.stop();
  }
}
