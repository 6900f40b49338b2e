import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { SeedResult } from "../../cli/worker-messages.ts";
import { WorkerPool } from "../../cli/worker-pool.ts";
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
    `import { parentPort } from "node:worker_threads";
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
