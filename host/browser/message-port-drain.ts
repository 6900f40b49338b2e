import type { Drain, DrainOptions } from "../drain.ts";

/** What ended a run early. A box, since anything may be thrown, undefined included. */
interface Failure {
  readonly error: unknown;
}

/**
 * Runs steps in a browser's worker or page, using the order in which listeners are called: one message on a port calls
 * every listener in turn, and between two of them the microtask queue is emptied, however deep its chains go. So one
 * message carries a whole batch, a listener a step. A run must not be awaited from within one of its own steps: it would
 * wait for itself.
 */
export class MessagePortDrain implements Drain {
  private readonly sender: MessagePort;
  private readonly receiver: MessagePort;
  private listeners = 0;
  private onMessage: (listener: number) => void = () => undefined;

  constructor() {
    const channel = new MessageChannel();
    this.sender = channel.port1;
    this.receiver = channel.port2;
    this.receiver.start();
  }

  async run(step: () => boolean, options: DrainOptions): Promise<void> {
    if (!Number.isSafeInteger(options.batch) || options.batch < 1) {
      throw new RangeError(`a drain's batch must be a whole number of steps, at least 1, got ${options.batch}`);
    }
    const previous = lastRun;
    let finished!: () => void;
    lastRun = new Promise((resolve) => (finished = resolve));
    await previous;
    // One listener opens the batch and one closes it, the latter with all that the last step made ready done.
    while (this.listeners < options.batch + 2) this.addListener();
    try {
      await this.runSteps(step, options);
    } finally {
      this.onMessage = () => undefined;
      finished();
    }
  }

  /** Listeners are made once and kept: adding many is dear, as each is compared with all before it. */
  private addListener(): void {
    const index = this.listeners++;
    this.receiver.addEventListener("message", () => this.onMessage(index));
  }

  private runSteps(step: () => boolean, options: DrainOptions): Promise<void> {
    return new Promise((resolve, reject) => {
      const closing = options.batch + 1;
      const endOfBatch = new Error("end of a batch");
      let more = true;
      let failure: Failure | undefined;

      const fail = (error: unknown): void => {
        failure ??= { error };
        more = false;
      };

      const onRejection = (event: PromiseRejectionEvent): void => {
        // Keeps it off the console, and from those who listen for their own.
        event.preventDefault();
        event.stopImmediatePropagation();
        if (event.reason === endOfBatch) {
          nextBatch();
          return;
        }
        try {
          options.onUnhandledRejection(event.reason);
        } catch (error) {
          fail(error);
        }
      };

      this.onMessage = (listener) => {
        try {
          if (listener === 0) options.onBatch(true);
          else if (listener < closing) more = more && step();
          else if (listener === closing) options.onBatch(false);
        } catch (error) {
          fail(error);
        }
        // Unhandled rejections are reported in tasks of their own, whose place among other tasks is not settled; but they
        // are reported in order. So one more shows that all before it were.
        if (listener === closing) void Promise.reject(endOfBatch);
      };

      const nextBatch = (): void => {
        if (more) {
          this.sender.postMessage(undefined);
          return;
        }
        globalThis.removeEventListener("unhandledrejection", onRejection, { capture: true });
        if (failure === undefined) resolve();
        else reject(failure.error);
      };

      globalThis.addEventListener("unhandledrejection", onRejection, { capture: true });
      this.sender.postMessage(undefined);
    });
  }
}

/** Resolves when the latest run asked for on this thread has ended. */
let lastRun: Promise<void> = Promise.resolve();
