import type { Engine, EngineAnswer, OnProgress } from "./engine.ts";
import type { FromEngineRoom, ToEngineRoom } from "./messages.ts";

/** What is used of a `Worker`. */
type WorkerLike = Pick<Worker, "postMessage" | "terminate" | "onmessage" | "onerror">;

/**
 * Carries out runs in a worker, one at a time; asking for another cancels the one that is under way. A run cannot be
 * interrupted from within, so that cancelling ends its worker, and the next run begins another.
 */
export class EngineRoom implements Engine {
  private readonly startWorker: () => Promise<WorkerLike>;
  private idle: WorkerLike | undefined;
  /** Ends the run that is under way. */
  private stop: (() => void) | undefined;

  /** @param startWorker rejects when a worker cannot be had; the reason is shown */
  constructor(startWorker: () => Promise<WorkerLike>) {
    this.startWorker = startWorker;
  }

  run(request: ToEngineRoom, onProgress: OnProgress): Promise<EngineAnswer> {
    this.cancel();
    return new Promise((resolve) => {
      let worker: WorkerLike | undefined;
      const settle = (answer: EngineAnswer): void => {
        if (this.stop === stop) this.stop = undefined;
        resolve(answer);
      };
      const stop = (): void => {
        worker?.terminate();
        settle({ type: "cancelled" });
      };
      this.stop = stop;
      const refuse = (reason: string): void => {
        worker?.terminate();
        settle({ type: "refused", reason });
      };
      const begin = (started: WorkerLike): void => {
        if (this.stop !== stop) {
          // Cancelled while it started: the next run may have it.
          this.idle ??= started;
          return;
        }
        worker = started;
        started.onmessage = ({ data }: MessageEvent<FromEngineRoom>) => {
          if (data.type === "progress") {
            onProgress(data.events, data.phase);
            return;
          }
          this.idle = started;
          settle(data);
        };
        started.onerror = (event) => {
          event.preventDefault();
          refuse(event.message);
        };
        started.postMessage(request);
      };
      const { idle } = this;
      this.idle = undefined;
      if (idle !== undefined) begin(idle);
      else
        this.startWorker().then(begin, (error: unknown) =>
          refuse(error instanceof Error ? error.message : String(error)),
        );
    });
  }

  /** Ends the run that is under way. */
  cancel(): void {
    this.stop?.();
  }
}
