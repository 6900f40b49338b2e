import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { SeedResult } from "../../cli/worker-messages.ts";
import { Heartbeat } from "../../cli/worker-messages.ts";
import { WorkerPool, WorkerStartError } from "../../cli/worker-pool.ts";
import { bundleForNode } from "../support/bundle-for-node.js";

let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "faultline-pool-"));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

const jobs = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ scenario: "any", topology: "any", seed: index + 1 }));

/** A worker that says nothing of simulations: what it does with a seed is given as source text. */
function program(name: string, onMessage: string): URL {
  const path = join(folder, `${name}.mjs`);
  writeFileSync(
    path,
    `import { appendFileSync, readFileSync } from "node:fs";
     import { parentPort, workerData } from "node:worker_threads";
     parentPort.on("message", ({ job }) => { ${onMessage} });`,
  );
  return pathToFileURL(path);
}

test("an endless loop in a node's code is ended from outside, and names host, task and the last events", async () => {
  const worker = pathToFileURL(await bundleForNode(join(import.meta.dirname, "looping-worker.ts"), folder));
  const results: SeedResult[] = [];
  const pool = new WorkerPool({ workers: 2, program: worker, patience: 2_000 });
  await pool.run(jobs(2), (result) => results.push(result));
  expect(results).toHaveLength(2);
  for (const { failure } of results) {
    expect(failure?.message).toMatch(/^endless loop in the code of n2 \(spinner\), in event \d+$/);
    expect(failure?.place.lastEvents.length).toBeGreaterThan(0);
  }
});

describe("a run without an event for long is looked at a second time", () => {
  /** Hangs after so many events; `attempt` counts the threads that ran the seed, from 1. */
  function hanging(name: string, hangAfter: string): URL {
    return program(
      name,
      `const log = ${JSON.stringify(join(folder, `${name}.log`))};
       appendFileSync(log, "x");
       const attempt = readFileSync(log, "utf8").length;
       const heartbeat = new Int32Array(workerData);
       heartbeat[${Heartbeat.RUNNING}] = 1;
       heartbeat[${Heartbeat.EVENTS}] = ${hangAfter};
       if (${hangAfter} !== undefined) for (;;);
       parentPort.postMessage({ type: "result", result: { seed: job.seed, verdict: "holds", attempt } });`,
    );
  }

  async function resultOf(worker: URL): Promise<SeedResult | undefined> {
    const results: SeedResult[] = [];
    await new WorkerPool({ workers: 1, program: worker, patience: 200 }).run(jobs(1), (result) => results.push(result));
    expect(results).toHaveLength(1);
    return results[0];
  }

  test("and when it ends, as after a machine's sleep, that is its result", async () => {
    const result = await resultOf(hanging("stalled", "attempt === 1 ? 7 : undefined"));
    expect(result).toEqual({ seed: 1, verdict: "holds", attempt: 2 });
  });

  test("and when it hangs in another event, it is said to be nondeterministic, and nobody is accused", async () => {
    const result = await resultOf(hanging("straying", "attempt === 1 ? 7 : 9"));
    expect(result?.verdict).toBe("failed");
    expect(result?.failure?.message).toBe("hung after 7 events, and after 9 the second time: nondeterministic");
  });

  test("and when it never comes to its first event, its plan is what is endless", async () => {
    const result = await resultOf(hanging("drawing", "0"));
    expect(result?.failure?.message).toBe("endless loop while the plan is drawn");
  });

  test("and when the event that it hung in twice is not come to again, nobody is accused either", async () => {
    const result = await resultOf(hanging("fleeting", "attempt <= 2 ? 7 : undefined"));
    expect(result?.failure?.message).toMatch(/hung twice after 7 events, and never came so far the third time/);
  });
});

test("a program that cannot start is told once, not for every seed", async () => {
  const pool = new WorkerPool({ workers: 2, program: pathToFileURL(join(folder, "missing.mjs")) });
  const results: SeedResult[] = [];
  await expect(pool.run(jobs(1000), (result) => results.push(result))).rejects.toThrow(WorkerStartError);
  expect(results).toEqual([]);
});

test("results come from as many workers as asked for, each seed once", async () => {
  const echo = program("echo", `parentPort.postMessage({ type: "result", result: { seed: job.seed } });`);
  const seeds: number[] = [];
  await new WorkerPool({ workers: 3, program: echo }).run(jobs(50), ({ seed }) => seeds.push(seed));
  expect(seeds.sort((a, b) => a - b)).toEqual(jobs(50).map(({ seed }) => seed));
});

test("a worker that dies, or reports an error, costs the seed that it was running, and no other", async () => {
  const done = `parentPort.postMessage({ type: "result", result: { seed: job.seed } });`;
  const dying = program("dying", `if (job.seed === 2) process.exit(3); ${done}`);
  const failing = program(
    "failing",
    `if (job.seed === 2) parentPort.postMessage({ type: "error", seed: 2, message: "broken" }); else ${done}`,
  );
  for (const [worker, reason] of [
    [dying, "a worker thread ended with code 3"],
    [failing, "broken"],
  ] as const) {
    const results: SeedResult[] = [];
    await new WorkerPool({ workers: 1, program: worker }).run(jobs(4), (result) => results.push(result));
    expect(results.map(({ seed, failure }) => [seed, failure?.message])).toEqual([
      [1, undefined],
      [2, reason],
      [3, undefined],
      [4, undefined],
    ]);
  }
});

test("judging may take longer than the watchdog's patience", async () => {
  const slow = program(
    "slow",
    `const end = Date.now() + 1500; while (Date.now() < end);
    parentPort.postMessage({ type: "result", result: { seed: job.seed } });`,
  );
  const results: SeedResult[] = [];
  const pool = new WorkerPool({ workers: 1, program: slow, patience: 200 });
  await pool.run(jobs(1), (result) => results.push(result));
  expect(results).toEqual([{ seed: 1 }]);
});

test("stopping ends a run early, even in the middle of an endless seed", async () => {
  const hanging = program("hanging", `for (;;);`);
  const pool = new WorkerPool({ workers: 2, program: hanging });
  const run = pool.run(jobs(10), () => undefined);
  setTimeout(() => void pool.stop(), 300);
  await run;
});
