import type { FromEngineRoom, RunOutcome, RunPhase, ToEngineRoom } from "./messages.ts";

/** What came of asking for a run. */
export type EngineAnswer =
  | { readonly type: "done"; readonly outcome: RunOutcome }
  | { readonly type: "refused"; readonly reason: string }
  | { readonly type: "cancelled" };

export type OnProgress = (events: number, phase: RunPhase) => void;

interface Job {
  readonly worker: Worker;
  readonly settle: (answer: EngineAnswer) => void;
}

/**
 * Carries out runs in a worker, one at a time; asking for another cancels the one that is under way. A run cannot be
 * interrupted from within, so that cancelling ends its worker, and the next run begins another.
 */
export class EngineRoom {
  private readonly startWorker: () => Worker;
  private idle: Worker | undefined;
  private job: Job | undefined;

  constructor(startWorker: () => Worker) {
    this.startWorker = startWorker;
  }

  run(request: ToEngineRoom, onProgress: OnProgress): Promise<EngineAnswer> {
    this.cancel();
    const worker = this.idle ?? this.startWorker();
    this.idle = undefined;
    return new Promise((resolve) => {
      const settle = (answer: EngineAnswer): void => {
        this.job = undefined;
        resolve(answer);
      };
      this.job = { worker, settle };
      const keep = (answer: EngineAnswer): void => {
        this.idle = worker;
        settle(answer);
      };
      worker.onmessage = ({ data }: MessageEvent<FromEngineRoom>) => {
        if (data.type === "progress") onProgress(data.events, data.phase);
        else keep(data);
      };
      worker.onerror = (event) => {
        event.preventDefault();
        worker.terminate();
        settle({ type: "refused", reason: event.message });
      };
      worker.postMessage(request);
    });
  }

  /** Ends the run that is under way. */
  cancel(): void {
    const { job } = this;
    if (job === undefined) return;
    job.worker.terminate();
    job.settle({ type: "cancelled" });
  }
}
