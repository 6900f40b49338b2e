import { Worker } from "node:worker_threads";
import type { CrashJob, CrashJobResult, FromCrashWorker, ToCrashWorker } from "./crash-messages.ts";

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

/** Runs the jobs of a crash exploration on worker threads. */
export class CrashPool {
  private readonly options: CrashPoolOptions;
  private readonly workers = new Set<Worker>();
  private readonly tried = new Map<Worker, number>();
  private stopped = false;

  constructor(options: CrashPoolOptions) {
    this.options = options;
  }

  /**
   * Runs the jobs in order, as workers come free, until there are no more or {@link stop} is called.
   *
   * @throws CrashWorkerError
   */
  async run(jobs: Iterator<CrashJob>, listener: CrashPoolListener): Promise<void> {
    const lane = async (): Promise<void> => {
      let worker: Worker | undefined;
      for (let next = jobs.next(); next.done !== true && !this.stopped; next = jobs.next()) {
        worker ??= this.start();
        const result = await this.runOne(worker, next.value, listener);
        if (result === undefined) return;
        listener.result(result);
      }
    };
    try {
      await Promise.all(Array.from({ length: this.options.workers }, lane));
    } finally {
      await this.stop();
    }
  }

  /** Ends all threads; a run in progress returns early. */
  async stop(): Promise<void> {
    this.stopped = true;
    const workers = [...this.workers];
    this.workers.clear();
    await Promise.all(workers.map((worker) => worker.terminate()));
  }

  private start(): Worker {
    const worker = new Worker(this.options.program);
    this.workers.add(worker);
    return worker;
  }

  /** @returns undefined when the pool was stopped meanwhile */
  private async runOne(
    worker: Worker,
    job: CrashJob,
    listener: CrashPoolListener,
  ): Promise<CrashJobResult | undefined> {
    const patience = this.options.patience ?? DEFAULT_PATIENCE;
    let watchdog: NodeJS.Timeout | undefined;
    let forget = (): void => {};
    try {
      return await new Promise<CrashJobResult | undefined>((resolve, reject) => {
        const fail = (reason: string): void => {
          if (this.stopped) resolve(undefined);
          else reject(new CrashWorkerError(`${job.workload}, seed ${job.seed} (${job.kind}): ${reason}`));
        };
        const wind = (): void => {
          clearTimeout(watchdog);
          watchdog = setTimeout(() => fail(`nothing done for ${patience / 1000} s: an endless loop`), patience);
        };
        const onMessage = (message: FromCrashWorker): void => {
          wind();
          if (message.type === "result") resolve(message.result);
          else if (message.type === "error") fail(message.message);
          else this.report(worker, message.tried, listener);
        };
        const onError = (error: unknown): void => fail(error instanceof Error ? error.message : String(error));
        const onExit = (code: number): void => fail(`the worker thread ended with code ${code}`);
        worker.on("message", onMessage).on("error", onError).on("exit", onExit);
        forget = () => {
          worker.off("message", onMessage).off("error", onError).off("exit", onExit);
        };
        wind();
        worker.postMessage({ job } satisfies ToCrashWorker);
      });
    } finally {
      clearTimeout(watchdog);
      forget();
      this.tried.delete(worker);
    }
  }

  private report(worker: Worker, tried: number, listener: CrashPoolListener): void {
    this.tried.set(worker, tried);
    listener.progress([...this.tried.values()].reduce((sum, each) => sum + each, 0));
  }
}
