import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import type { DrainOptions } from "../../../host/drain.ts";
import { NodeDrain } from "../../../host/nodejs/drain.ts";

const drain = new NodeDrain();

function options(overrides: Partial<DrainOptions> = {}): DrainOptions {
  return {
    batch: 64,
    onBatch: () => undefined,
    onUnhandledRejection: (reason) => {
      throw reason;
    },
    ...overrides,
  };
}

async function hops(depth: number): Promise<void> {
  for (let hop = 0; hop < depth; hop++) await undefined;
}

async function nested(depth: number): Promise<void> {
  if (depth > 0) await nested(depth - 1);
}

describe("NodeDrain", () => {
  it("runs all that a step made ready, however deep, before the next step", async () => {
    const chain = fc.record({
      kind: fc.constantFrom("hops", "nested", "reactions", "microtasks"),
      depth: fc.integer({ min: 0, max: 200 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(chain, { maxLength: 4 }), { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 9 }),
        async (steps, batch) => {
          let next = 0;
          let unfinished = 0;
          let stale = 0;
          const step = (): boolean => {
            if (unfinished > 0) stale++;
            const work = steps[next++] ?? [];
            for (const { kind, depth } of work) {
              unfinished++;
              const done = (): void => void unfinished--;
              if (kind === "hops") void hops(depth).then(done);
              else if (kind === "nested") void nested(depth).then(done);
              else if (kind === "reactions") {
                let promise = Promise.resolve();
                for (let link = 0; link < depth; link++) promise = promise.then(() => Promise.resolve());
                void promise.then(done);
              } else {
                const again = (left: number): void => (left === 0 ? done() : queueMicrotask(() => again(left - 1)));
                again(depth);
              }
            }
            return next < steps.length;
          };
          await drain.run(step, options({ batch }));
          expect(next).toBe(steps.length);
          expect(stale).toBe(0);
          expect(unfinished).toBe(0);
        },
      ),
      { numRuns: 200 },
    );
  });

  it("rejects with what a step threw, and runs no step after it", async () => {
    const error = new Error("step 3");
    let steps = 0;
    const run = drain.run(() => {
      if (++steps === 3) throw error;
      return true;
    }, options());
    await expect(run).rejects.toBe(error);
    expect(steps).toBe(3);
  });

  it("rejects even when what was thrown is undefined", async () => {
    const nothing: unknown = undefined;
    const run = drain.run(() => {
      throw nothing;
    }, options());
    await expect(run.then(() => "resolved")).rejects.toBeUndefined();
  });

  it("calls onBatch before and after each batch, outside the steps", async () => {
    const log: string[] = [];
    let steps = 0;
    await drain.run(
      () => {
        const step = ++steps;
        void hops(20).then(() => log.push(`done ${step}`));
        return steps < 5;
      },
      options({ batch: 2, onBatch: (inside) => log.push(inside ? "(" : ")") }),
    );
    expect(log.join(" ")).toBe("( done 1 done 2 ) ( done 3 done 4 ) ( done 5 )");
  });

  it("rejects with what onBatch threw", async () => {
    const error = new Error("onBatch");
    const run = drain.run(
      () => true,
      options({
        onBatch: () => {
          throw error;
        },
      }),
    );
    await expect(run).rejects.toBe(error);
  });

  it("hands the event loop back after each batch", async () => {
    let turns = 0;
    let running = true;
    const turn = (): void => {
      turns++;
      if (running) setImmediate(turn);
    };
    setImmediate(turn);
    let steps = 0;
    await drain.run(() => ++steps < 1000, options({ batch: 10 }));
    running = false;
    expect(turns).toBeGreaterThanOrEqual(100);
  });

  it("refuses a batch that is no number of steps", async () => {
    for (const batch of [0, -1, 1.5, Number.NaN]) {
      await expect(drain.run(() => false, options({ batch }))).rejects.toThrow(RangeError);
    }
  });

  it("runs one run at a time, in the order asked for", async () => {
    const log: string[] = [];
    const run = (name: string): Promise<void> => {
      let steps = 0;
      return drain.run(
        () => {
          log.push(name);
          return ++steps < 3;
        },
        options({ batch: 1 }),
      );
    };
    const failing = new NodeDrain().run(() => {
      log.push("f");
      throw new Error("f");
    }, options());
    await Promise.all([run("a"), expect(failing).rejects.toThrow("f"), run("b")]);
    expect(log.join("")).toBe("faaabbb");
  });
});

describe("NodeDrain and unhandled rejections", () => {
  const before = process.rawListeners("unhandledRejection");

  afterEach(() => {
    expect(process.rawListeners("unhandledRejection")).toEqual(before);
  });

  it("reports one at the end of its batch, and goes on", async () => {
    const log: unknown[] = [];
    let steps = 0;
    await drain.run(
      () => {
        log.push(++steps);
        if (steps === 2) void Promise.reject(new Error("nobody listens"));
        return steps < 6;
      },
      options({
        batch: 3,
        onBatch: (inside) => log.push(inside ? "(" : ")"),
        onUnhandledRejection: (reason) => log.push((reason as Error).message),
      }),
    );
    expect(log).toEqual(["(", 1, 2, 3, ")", "nobody listens", "(", 4, 5, 6, ")"]);
  });

  it("reports one made by the last step", async () => {
    const reasons: unknown[] = [];
    await drain.run(
      () => {
        void hops(50).then(() => {
          throw new Error("late");
        });
        return false;
      },
      options({ onUnhandledRejection: (reason) => reasons.push(reason) }),
    );
    expect(reasons).toEqual([new Error("late")]);
  });

  it("says nothing of one that is handled within its batch", async () => {
    const reasons: unknown[] = [];
    let rejected: Promise<void> | undefined;
    let steps = 0;
    await drain.run(
      () => {
        if (++steps === 1) rejected = Promise.reject(new Error("handled later"));
        if (steps === 5) rejected?.catch(() => undefined);
        return steps < 8;
      },
      options({ batch: 8, onUnhandledRejection: (reason) => reasons.push(reason) }),
    );
    expect(reasons).toEqual([]);
  });

  it("rejects with what the call-back threw", async () => {
    let steps = 0;
    const run = drain.run(
      () => {
        if (++steps === 1) void Promise.reject(new Error("fatal"));
        return true;
      },
      options({ batch: 4 }),
    );
    await expect(run).rejects.toThrow("fatal");
    expect(steps).toBe(4);
  });

  it("gives all listeners back, once-listeners included, after a failed run too, and keeps those added meanwhile", async () => {
    const heard: string[] = [];
    const each = (): void => void heard.push("each");
    const once = (): void => void heard.push("once");
    const added = (): void => void heard.push("added");
    process.on("unhandledRejection", each);
    process.once("unhandledRejection", once);
    const listeners = process.rawListeners("unhandledRejection");
    try {
      const run = drain.run(() => {
        process.on("unhandledRejection", added);
        throw new Error("failed");
      }, options());
      await expect(run).rejects.toThrow("failed");
      expect(process.rawListeners("unhandledRejection")).toEqual([...listeners, added]);
      expect(heard).toEqual([]);
      expect(process.listeners("unhandledRejection")).toContain(once);
    } finally {
      for (const listener of [each, once, added]) process.removeListener("unhandledRejection", listener);
    }
  });
});
