import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CrashJob } from "../../cli/crash-messages.ts";
import { CrashPool, CrashWorkerError } from "../../cli/crash-pool.ts";

let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "faultline-crash-pool-"));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** A worker that explores nothing: what it does with a job is given as source text. */
function program(name: string, onJob: string): URL {
  const path = join(folder, `${name}.mjs`);
  writeFileSync(
    path,
    `import { parentPort } from "node:worker_threads";
     const say = (message) => parentPort.postMessage(message);
     parentPort.on("message", ({ job }) => { ${onJob} });`,
  );
  return pathToFileURL(path);
}

const jobs = (count: number): CrashJob[] =>
  Array.from({ length: count }, (_, index) => ({ kind: "rot", workload: "any", seed: index + 1, moments: 1, bits: 1 }));

async function explored(worker: URL, patience?: number): Promise<{ seeds: number[]; tried: number[] }> {
  const seeds: number[] = [];
  const tried: number[] = [];
  const pool = new CrashPool({ workers: 2, program: worker, ...(patience === undefined ? {} : { patience }) });
  await pool.run(jobs(6)[Symbol.iterator](), {
    result: ({ job }) => seeds.push(job.seed),
    progress: (count) => tried.push(count),
  });
  return { seeds: seeds.sort((a, b) => a - b), tried };
}

test("each job is carried out once, and what is tried under way is told", async () => {
  const { seeds, tried } = await explored(
    program("sound", `say({ type: "progress", tried: 5 }); say({ type: "result", result: { job } });`),
  );
  expect(seeds).toEqual([1, 2, 3, 4, 5, 6]);
  expect(tried).toHaveLength(6);
  // What both threads have tried is added up, and what has ended counts no more.
  for (const count of tried) expect([5, 10]).toContain(count);
});

describe("a job that cannot be done ends the exploration, and is named", () => {
  test.each([
    ["dies", `process.exit(4);`, "a worker thread ended with code 4"],
    ["refuses", `say({ type: "error", message: "no such workload" });`, "no such workload"],
    ["hangs", `for (;;);`, "nothing done for 0.4 s: an endless loop"],
  ])("when the worker %s", async (name, fault, reason) => {
    const worker = program(name, `if (job.seed === 3) { ${fault} } else say({ type: "result", result: { job } });`);
    const exploring = explored(worker, 400);
    await expect(exploring).rejects.toThrow(CrashWorkerError);
    await expect(exploring).rejects.toThrow(new RegExp(`^any, seed 3 \\(rot\\): (${reason})`));
  });
});
