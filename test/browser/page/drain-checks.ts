import type { Drain, DrainOptions } from "../../../host/drain.ts";

type Check = readonly [name: string, run: (drain: Drain, expect: Expect, another: Drain) => Promise<void>];
type Expect = (what: string, actual: unknown, expected: unknown) => void;

/**
 * What a drain owes to its callers, whatever event loop it runs on.
 *
 * @param another one of the same kind, on the same thread
 * @returns what it fell short of
 */
export async function checkDrain(drain: Drain, another: Drain): Promise<string[]> {
  const faults: string[] = [];
  for (const [name, run] of CHECKS) {
    const expect: Expect = (what, actual, expected) => {
      const [found, wanted] = [JSON.stringify(actual), JSON.stringify(expected)];
      if (found !== wanted) faults.push(`${name}: ${what} is ${found}, not ${wanted}`);
    };
    await run(drain, expect, another);
  }
  return faults;
}

/** Trivial steps a second, in batches of 4096. */
export async function measureDrain(drain: Drain): Promise<number> {
  const steps = 2_000_000;
  let left = steps;
  const start = performance.now();
  await drain.run(() => --left > 0, options({ batch: 4096 }));
  return Math.round((steps / (performance.now() - start)) * 1000);
}

const CHECKS: readonly Check[] = [
  [
    "all that a step made ready is done before the next",
    async (drain, expect) => {
      for (const batch of [1, 7, 300]) {
        let steps = 0;
        let unfinished = 0;
        let stale = 0;
        await drain.run(() => {
          if (unfinished > 0) stale++;
          const depth = (steps * 37) % 211;
          for (const chain of [hops, nested, reactions]) {
            unfinished++;
            void chain(depth).then(() => unfinished--);
          }
          return ++steps < 1000;
        }, options({ batch }));
        expect("steps run", steps, 1000);
        expect("steps begun too early", stale, 0);
        expect("chains unfinished at the end", unfinished, 0);
      }
    },
  ],
  [
    "batches are told of from outside the steps",
    async (drain, expect) => {
      const log: string[] = [];
      let steps = 0;
      await drain.run(
        () => {
          const step = ++steps;
          void hops(20).then(() => log.push(String(step)));
          return steps < 5;
        },
        options({ batch: 2, onBatch: (inside) => log.push(inside ? "(" : ")") }),
      );
      expect("the log", log.join(""), "(12)(34)(5)");
    },
  ],
  [
    "a step that throws ends the run",
    async (drain, expect) => {
      let steps = 0;
      const outcome = await drain
        .run(() => {
          if (++steps === 3) throw new Error("step 3");
          return true;
        }, options())
        .catch((error: unknown) => (error as Error).message);
      expect("the outcome", outcome, "step 3");
      expect("steps run", steps, 3);
    },
  ],
  [
    "unhandled rejections are reported, of the last step too, and handled ones are not",
    async (drain, expect) => {
      const log: unknown[] = [];
      let steps = 0;
      let later: Promise<void> | undefined;
      await drain.run(
        () => {
          if (++steps === 2) void Promise.reject(new Error("early"));
          if (steps === 3) later = Promise.reject(new Error("handled"));
          if (steps === 4) later?.catch(() => undefined);
          if (steps === 40) {
            void hops(30).then(() => {
              throw new Error("last");
            });
          }
          return steps < 40;
        },
        options({
          batch: 16,
          onBatch: (inside) => log.push(inside ? "(" : ")"),
          onUnhandledRejection: (reason) => log.push((reason as Error).message),
        }),
      );
      expect("the log", log, ["(", ")", "early", "(", ")", "(", ")", "last"]);
    },
  ],
  [
    "what a call-back throws ends the run",
    async (drain, expect) => {
      const outcome = await drain
        .run(() => {
          void Promise.reject(new Error("unhandled"));
          return true;
        }, options())
        .catch((error: unknown) => (error as Error).message);
      expect("the outcome", outcome, "unhandled");
    },
  ],
  [
    "one run at a time on a thread, whichever drain it is on",
    async (drain, expect, another) => {
      const log: string[] = [];
      const run = (on: Drain, name: string): Promise<void> => {
        let steps = 0;
        return on.run(
          () => {
            log.push(name);
            return ++steps < 3;
          },
          options({ batch: 1 }),
        );
      };
      await Promise.all([run(drain, "a"), run(drain, "b"), run(another, "c"), run(drain, "d")]);
      expect("the log", log.join(""), "aaabbbcccddd");
    },
  ],
];

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

function reactions(depth: number): Promise<void> {
  let promise = Promise.resolve();
  for (let link = 0; link < depth; link++) promise = promise.then(() => Promise.resolve());
  return promise;
}
