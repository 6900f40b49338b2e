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

test("a worker that dies or reports an error fails the run with a message", async () => {
  const dying = program("dying", `process.exit(3);`);
  await expect(new WorkerPool({ workers: 1, program: dying }).run(jobs(1), () => undefined)).rejects.toThrow(
    "a worker thread ended with code 3",
  );
  const failing = program("failing", `parentPort.postMessage({ type: "error", seed: job.seed, message: "broken" });`);
  await expect(new WorkerPool({ workers: 1, program: failing }).run(jobs(1), () => undefined)).rejects.toThrow(
    "seed 1: broken",
  );
});

test("stopping ends a run early, even in the middle of an endless seed", async () => {
  const hanging = program("hanging", `for (;;);`);
  const pool = new WorkerPool({ workers: 2, program: hanging });
  const run = pool.run(jobs(10), () => undefined);
  setTimeout(() => void pool.stop(), 300);
  await run;
});
