import type { Drain, DrainOptions } from "../drain.ts";

/** Kept, since a simulation may forbid it to all others while its steps run. */
const nextTick = process.nextTick.bind(process);
/** Its reactions are microtasks like those of `queueMicrotask`, without the resource that Node makes for each of these. */
const settled = Promise.resolve();

/** What ended a run early. A box, since anything may be thrown, undefined included. */
interface Failure {
  readonly error: unknown;
}

/**
 * Runs steps on Node's event loop, using the order in which Node empties its two queues: a `process.nextTick` call-back
 * runs only once the microtask queue is empty, however deep its chains go. A run must not be awaited from within one of
 * its own steps: it would wait for itself.
 */
export class NodeDrain implements Drain {
  async run(step: () => boolean, options: DrainOptions): Promise<void> {
    if (!Number.isSafeInteger(options.batch) || options.batch < 1) {
      throw new RangeError(`a drain's batch must be a whole number of steps, at least 1, got ${options.batch}`);
    }
    const previous = lastRun;
    let finished!: () => void;
    lastRun = new Promise((resolve) => (finished = resolve));
    await previous;
    const giveBack = takeOverUnhandledRejections();
    try {
      await runSteps(step, options, giveBack.listen);
    } finally {
      giveBack.restore();
      finished();
    }
  }
}

/** Resolves when the latest run asked for on this thread has ended. */
let lastRun: Promise<void> = Promise.resolve();

function runSteps(
  step: () => boolean,
  options: DrainOptions,
  listen: (listener: (reason: unknown) => void) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let left = 0;
    let more = true;
    let failure: Failure | undefined;

    const fail = (error: unknown): void => {
      failure ??= { error };
      more = false;
    };

    listen((reason) => {
      try {
        options.onUnhandledRejection(reason);
      } catch (error) {
        fail(error);
      }
    });

    const beginBatch = (): void => {
      left = options.batch;
      try {
        options.onBatch(true);
      } catch (error) {
        fail(error);
      }
      void settled.then(queueTick);
    };

    // A tick must be queued from a microtask, never from a tick: ticks that wait together run back to back, and what the
    // first made ready would run only after the second.
    const queueTick = (): void => {
      nextTick(tick);
    };

    const tick = (): void => {
      if (!more || left === 0) {
        endBatch();
        return;
      }
      left--;
      try {
        more = step();
      } catch (error) {
        fail(error);
      }
      void settled.then(queueTick);
    };

    const endBatch = (): void => {
      try {
        options.onBatch(false);
      } catch (error) {
        fail(error);
      }
      // Node reports unhandled rejections once both queues are empty, that is between this tick and the immediate.
      setImmediate(more ? beginBatch : end);
    };

    const end = (): void => {
      if (failure === undefined) resolve();
      else reject(failure.error);
    };

    // From an immediate of its own, so that the caller's own ticks and microtasks stay out of the first batch.
    setImmediate(beginBatch);
  });
}

/**
 * Puts the process's listeners for unhandled rejections aside, so that only the run's own hears of one. Those that others
 * add meanwhile are kept.
 */
function takeOverUnhandledRejections(): {
  readonly listen: (listener: (reason: unknown) => void) => void;
  readonly restore: () => void;
} {
  const before = process.rawListeners("unhandledRejection") as NodeJS.UnhandledRejectionListener[];
  process.removeAllListeners("unhandledRejection");
  let own: NodeJS.UnhandledRejectionListener = () => undefined;
  return {
    listen(listener) {
      own = (reason) => listener(reason);
      process.on("unhandledRejection", own);
    },
    restore() {
      process.removeListener("unhandledRejection", own);
      const meanwhile = process.rawListeners("unhandledRejection") as NodeJS.UnhandledRejectionListener[];
      process.removeAllListeners("unhandledRejection");
      for (const listener of [...before, ...meanwhile]) process.on("unhandledRejection", listener);
    },
  };
}
