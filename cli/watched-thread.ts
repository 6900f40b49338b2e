import { Worker } from "node:worker_threads";
import { Heartbeat, type FromWorker, type SeedJob, type SeedResult, type ToWorker } from "./worker-messages.ts";

const WATCH_EVERY = 500;

/** What became of a job on a thread: its result; or the thread seems to hang, was stopped, or failed for a reason of its own. */
export type ThreadOutcome =
  | { readonly kind: "result"; readonly result: SeedResult }
  | { readonly kind: "hung"; readonly events: number }
  | { readonly kind: "stopped" }
  | { readonly kind: "broken"; readonly reason: string };

/** A worker thread, watched from outside while it runs a seed. */
export class WatchedThread {
  private readonly worker: Worker;
  private readonly heartbeat: Int32Array;
  private readonly patience: number;
  private settle: ((outcome: ThreadOutcome) => void) | undefined;
  private ended: ThreadOutcome | undefined;
  private spoken = false;

  /** @param patience milliseconds without an event after which a run seems to hang */
  constructor(program: URL, patience: number) {
    const shared = new SharedArrayBuffer(Heartbeat.LENGTH * Int32Array.BYTES_PER_ELEMENT);
    this.heartbeat = new Int32Array(shared);
    this.patience = patience;
    this.worker = new Worker(program, { workerData: shared });
    this.worker.on("message", (message: FromWorker) => {
      this.spoken = true;
      if (message.type === "result") this.finish({ kind: "result", result: message.result });
      else if (message.type === "error") this.finish({ kind: "broken", reason: message.message });
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
    return this.spoken;
  }

  /**
   * Runs one seed. It seems to hang when a run is under way and carries out no event for as long as patience lasts. Looks
   * are counted, not time: while the whole machine sleeps, nobody looks.
   */
  async run(job: SeedJob): Promise<ThreadOutcome> {
    if (this.ended !== undefined) return this.ended;
    const every = Math.min(WATCH_EVERY, this.patience / 4);
    let seen = -1;
    let looks = 0;
    const watch = setInterval(() => {
      const events = this.heartbeat[Heartbeat.EVENTS] ?? 0;
      if (events !== seen || this.heartbeat[Heartbeat.RUNNING] === 0) {
        seen = events;
        looks = 0;
      } else if (++looks * every >= this.patience) {
        this.finish({ kind: "hung", events });
      }
    }, every);
    try {
      return await new Promise<ThreadOutcome>((resolve) => {
        this.settle = resolve;
        this.worker.postMessage({ type: "run", job: wire(job) } satisfies ToWorker);
      });
    } finally {
      clearInterval(watch);
    }
  }

  async end(): Promise<void> {
    this.finish({ kind: "stopped" });
    await this.worker.terminate();
  }

  private over(outcome: ThreadOutcome): void {
    this.ended ??= outcome;
    this.finish(outcome);
  }

  private finish(outcome: ThreadOutcome): void {
    this.settle?.(outcome);
    this.settle = undefined;
  }
}

/** What a thread needs of a job, and nothing that its owner keeps with it. */
function wire({ scenario, topology, seed, plan, maxEvents, compare }: SeedJob): SeedJob {
  return {
    scenario,
    topology,
    seed,
    ...(plan === undefined ? {} : { plan }),
    ...(maxEvents === undefined ? {} : { maxEvents }),
    ...(compare === undefined ? {} : { compare }),
  };
}
