import { Worker } from "node:worker_threads";

const WATCH_EVERY = 500;

/** What became of a job on a thread: its result; or the thread seems to hang, was stopped, or failed for a reason of its own. */
export type ThreadOutcome<Result> =
  | { readonly kind: "result"; readonly result: Result }
  | { readonly kind: "hung" }
  | { readonly kind: "stopped" }
  | { readonly kind: "broken"; readonly reason: string };

interface ResultMessage<Result> {
  readonly type: "result";
  readonly result: Result;
}

interface ErrorMessage {
  readonly type: "error";
  readonly message: string;
}

/** What every worker thread may say; whatever else it says is a note to its owner. */
export type FromThread<Result, Note> = ResultMessage<Result> | ErrorMessage | Note;

export interface WatchedThreadOptions<Note> {
  readonly program: URL;
  /** Milliseconds without a sign of life after which the thread seems to hang. */
  readonly patience: number;
  /** What the thread finds as its `workerData`. */
  readonly shared?: SharedArrayBuffer;
  /**
   * Looked at now and then: whatever changes while the thread gets on; undefined while it may take all the time it wants.
   * By default, how many messages it has sent.
   */
  readonly signOfLife?: () => number | undefined;
  readonly onNote?: (note: Note) => void;
}

/** A worker thread that carries out one job at a time, watched from outside. */
export class WatchedThread<Job, Result, Note extends { readonly type: string }> {
  private readonly options: WatchedThreadOptions<Note>;
  private readonly worker: Worker;
  private settle: ((outcome: ThreadOutcome<Result>) => void) | undefined;
  private ended: ThreadOutcome<Result> | undefined;
  private messages = 0;

  constructor(options: WatchedThreadOptions<Note>) {
    this.options = options;
    this.worker = new Worker(options.program, { workerData: options.shared });
    this.worker.on("message", (message: FromThread<Result, Note>) => {
      this.messages++;
      // A note may be of any type but these two, which the compiler cannot be told.
      if (message.type === "result") this.finish({ kind: "result", result: (message as ResultMessage<Result>).result });
      else if (message.type === "error") this.finish({ kind: "broken", reason: (message as ErrorMessage).message });
      else options.onNote?.(message as Note);
    });
    this.worker.on("error", (error) => {
      const reason = error instanceof Error ? error.message : String(error);
      this.over({ kind: "broken", reason: `a worker thread failed: ${reason}` });
    });
    this.worker.on("exit", (code) => {
      this.over({ kind: "broken", reason: `a worker thread ended with code ${code}` });
    });
  }

  /** Whether its program ever came up. */
  get ready(): boolean {
    return this.messages > 0;
  }

  /**
   * Carries out a job. It seems to hang when it gives no sign of life for as long as patience lasts. Looks are counted, not
   * time: while the whole machine sleeps, nobody looks.
   */
  async run(job: Job): Promise<ThreadOutcome<Result>> {
    if (this.ended !== undefined) return this.ended;
    const { patience, signOfLife = () => this.messages } = this.options;
    const every = Math.min(WATCH_EVERY, patience / 4);
    let seen: number | undefined;
    let looks = 0;
    const watch = setInterval(() => {
      const sign = signOfLife();
      if (sign === undefined || sign !== seen) {
        seen = sign;
        looks = 0;
      } else if (++looks * every >= patience) {
        this.finish({ kind: "hung" });
      }
    }, every);
    try {
      return await new Promise<ThreadOutcome<Result>>((resolve) => {
        this.settle = resolve;
        this.worker.postMessage({ job });
      });
    } finally {
      clearInterval(watch);
    }
  }

  async end(): Promise<void> {
    this.finish({ kind: "stopped" });
    await this.worker.terminate();
  }

  private over(outcome: ThreadOutcome<Result>): void {
    this.ended ??= outcome;
    this.finish(outcome);
  }

  private finish(outcome: ThreadOutcome<Result>): void {
    this.settle?.(outcome);
    this.settle = undefined;
  }
}
