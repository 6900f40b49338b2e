import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { seedsToRun, SuiteRun, type SuiteRequest } from "../../cli/suite-run.ts";
import type { SeedResult } from "../../cli/worker-messages.ts";
import type { SuiteReport } from "../../report/suite-report.ts";
import { scenarios } from "../../scenarios/catalogue.ts";
import { drawPlan } from "../../scenarios/draw-plan.ts";
import type { Scenario } from "../../scenarios/scenario.ts";
import { drawSeeds } from "../../scenarios/suite.ts";
import { bundleForNode } from "../support/bundle-for-node.js";

const race = scenarios.get("compaction-race") as Scenario;

let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "faultline-suite-run-"));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

const OPTIONS: SuiteReport["options"] = {
  scenario: null,
  scenarioHash: null,
  topology: null,
  seeds: null,
  firstSeed: 1,
  time: null,
  bail: false,
};

function request(changes: Partial<SuiteRequest> = {}): SuiteRequest {
  const mode = {
    scenario: race,
    topology: "single",
    seeds: 6,
    expectation: { kind: "holds" },
    reference: race.name,
  } as const;
  return {
    suite: "test",
    modes: [mode],
    cases: [],
    claims: [],
    tables: [],
    options: OPTIONS,
    shard: undefined,
    workers: 1,
    ...changes,
  };
}

async function run(
  asked: SuiteRequest,
  program: URL,
): Promise<{ readonly report: SuiteReport; readonly results: SeedResult[] }> {
  const results: SeedResult[] = [];
  const interrupted = new AbortController().signal;
  const report = await new SuiteRun(asked, { program, interrupted, onResult: (result) => results.push(result) }).run();
  return { report, results };
}

/** A worker that makes up results: `attempt` counts the runs of the seed, from 1; `job` is what was asked for. */
function program(name: string, changes: string): URL {
  const path = join(folder, `${name}.mjs`);
  writeFileSync(
    path,
    `import { appendFileSync, existsSync, readFileSync } from "node:fs";
     import { parentPort } from "node:worker_threads";
     parentPort.postMessage({ type: "ready" });
     parentPort.on("message", ({ job }) => {
       const log = ${JSON.stringify(join(folder, name))} + "-" + job.seed;
       appendFileSync(log, "x");
       const attempt = readFileSync(log, "utf8").length;
       const result = { seed: job.seed, verdict: "holds", findings: [], faults: [], metrics: [], failure: undefined,
         fingerprint: "f" + job.seed, nodeDigest: "", events: 1, time: 1, seconds: 0.001 };
       ${changes}
       parentPort.postMessage({ type: "result", result });
     });`,
  );
  return pathToFileURL(path);
}

test("cases run before any seed, each judged by its own expectation and in one shard only", async () => {
  const worker = pathToFileURL(await bundleForNode(join(import.meta.dirname, "../../cli/worker.ts"), folder));
  const cases = [
    {
      source: "scenarios/cases/race.json",
      plan: drawPlan(race, "shared-disk:as-written", 3),
      expectation: race.expectations.get("shared-disk:as-written") ?? { kind: "holds" },
    },
  ] as const;
  const { report, results } = await run(request({ cases }), worker);
  expect(results.map(({ seed }) => seed)).toEqual([3, 1, 2, 3, 4, 5, 6]);
  expect(report.verdict).toBe("as-expected");
  expect(report.entries[0]).toMatchObject({
    scenario: "compaction-race",
    topology: "shared-disk:as-written",
    case: "scenarios/cases/race.json",
    planned: 1,
    agreement: "met",
  });
  const shards = await Promise.all([1, 2].map((index) => run(request({ cases, shard: { index, of: 2 } }), worker)));
  expect(shards.map(({ report: part }) => part.entries.map(({ counts }) => counts.seeds))).toEqual([
    [1, 3],
    [0, 3],
  ]);
});

test("a seed that nobody foresaw is run again, and is trusted when it goes the same way", async () => {
  const worker = program(
    "steady",
    `if (job.seed === 4) Object.assign(result, { verdict: "violated", findings: [{ kind: "read-refused" }], attempt });`,
  );
  const { report, results } = await run(request(), worker);
  expect(results).toHaveLength(6);
  expect(report.verdict).toBe("unexpected");
  expect(report.entries[0]?.unexpected.map(({ seed }) => seed)).toEqual([4]);
  expect(report.entries[0]?.nondeterministic).toEqual([]);
  expect(report.entries[0]?.counts.seeds).toBe(6);
});

test("one that goes differently is nondeterministic, and is compared event by event, once", async () => {
  const worker = program(
    "unsteady",
    `if (job.seed >= 5) Object.assign(result, { verdict: "violated", findings: [{ kind: "read-refused" }],
       fingerprint: "f" + attempt, divergence: job.compare ? "they part at event 7" : undefined });`,
  );
  const { report } = await run(request(), worker);
  expect(report.verdict).toBe("failed");
  expect(report.entries[0]?.nondeterministic).toEqual([
    { seed: 5, fingerprints: ["f1", "f2"], divergence: "they part at event 7" },
    { seed: 6, fingerprints: ["f1", "f2"], divergence: null },
  ]);
});

test("a worker that dies costs its seed; one that died once and not again is not to be trusted", async () => {
  const worker = program("dying", `if (job.seed === 2 || (job.seed === 3 && attempt === 1)) process.exit(7);`);
  const { report, results } = await run(request(), worker);
  expect(results).toHaveLength(6);
  const [entry] = report.entries;
  expect(entry?.counts.verdicts).toMatchObject({ holds: 4, failed: 2 });
  expect(entry?.unexpected[0]).toMatchObject({ seed: 2, message: "a worker thread ended with code 7" });
  expect(entry?.nondeterministic).toEqual([{ seed: 3, fingerprints: ["none", "f3"], divergence: null }]);
});

test("the number of seeds foretold is the number drawn, in every shard", () => {
  for (const of of [1, 2, 3, 5]) {
    for (let index = 1; index <= of; index++) {
      const [mode] = request().modes;
      if (mode === undefined) throw new Error("there is a mode");
      const modes = [mode, { ...mode, seeds: 1 }, { ...mode, seeds: 9 }];
      const drawn = [...drawSeeds([6, 1, 9], 1, { index, of })].length;
      expect(seedsToRun(request({ modes, shard: { index, of } }))).toBe(drawn);
    }
  }
  expect(seedsToRun(request({ options: { ...OPTIONS, time: 60 } }))).toBe(Infinity);
});
