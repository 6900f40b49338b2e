/**
 * How a simulation runs one event after another on a real event loop: after each step, everything that the step made
 * ready (promise reactions, however many hops deep) runs to its end before the next step begins. A fixed number of hops
 * would not do: code awaits as deep as it likes.
 */
export interface Drain {
  /**
   * Calls `step` until it returns false, letting all microtasks finish between two calls and handing the event loop back
   * now and then. One run at a time on a thread: a second waits for the first.
   *
   * @param step runs one event; returns whether there are more
   * @param options.batch steps between two moments at which the loop is handed back and unhandled rejections are noticed
   * @param options.onBatch called before each batch (true) and after it (false), outside all simulated code
   * @param options.onUnhandledRejection called for a rejection that nobody handled, at the end of its batch
   * @returns resolves after the last step; rejects with what `step` threw
   */
  run(step: () => boolean, options: DrainOptions): Promise<void>;
}

export interface DrainOptions {
  readonly batch: number;
  readonly onBatch: (inside: boolean) => void;
  readonly onUnhandledRejection: (reason: unknown) => void;
}
