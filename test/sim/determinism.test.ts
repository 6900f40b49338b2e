import { describe, expect, test } from "vitest";
import type { Host } from "../../host/host.ts";
import { firstDivergence } from "../../sim/divergence.ts";
import { NamedStream } from "../../sim/random.ts";
import { RandomScheduler, RecordingScheduler, ReplayScheduler, type Scheduler } from "../../sim/scheduler.ts";
import { StepLog } from "../../sim/step-log.ts";
import { RetainedTrace } from "../../sim/trace.ts";
import { run, simulation } from "./support/simulate.ts";

/** Two nodes that draw, wait and spawn at each other's pace. */
async function bustle(host: Host): Promise<void> {
  for (let round = 0; round < 20; round++) {
    await host.clock.sleep(host.random("pace").below(10_000));
    host.spawn(`round-${round}`, async () => {
      await host.cpu(host.random("work").below(5_000));
      host.trace({ kind: "worked", round });
    });
  }
}

async function bustling(
  seed: string,
  options: { scheduler?: Scheduler; trace?: RetainedTrace; steps?: StepLog; node?: (host: Host) => Promise<void> } = {},
) {
  const { node = bustle, ...rest } = options;
  const world = simulation({ seed, ...rest });
  world.host("n1", node);
  world.host("n2", bustle);
  return run(world);
}

describe("the same seed", () => {
  test("gives the same fingerprint and node digest, with and without a trace", async () => {
    const first = await bustling("7");
    const again = await bustling("7", { trace: new RetainedTrace(), steps: new StepLog() });
    expect(again).toEqual(first);
    expect((await bustling("8")).fingerprint).not.toBe(first.fingerprint);
  });

  test("keeps its fingerprint when a node traces one line more; only the node digest moves", async () => {
    const plain = await bustling("7");
    const chatty = await bustling("7", {
      node: async (host) => {
        host.trace({ kind: "hello" });
        await bustle(host);
      },
    });
    expect(chatty.fingerprint).toBe(plain.fingerprint);
    expect(chatty.nodeDigest).not.toBe(plain.nodeDigest);
  });

  test("has known fingerprints on every engine", async () => {
    const seen = [];
    for (const seed of ["1", "2", "3"]) seen.push((await bustling(seed)).fingerprint);
    expect(seen).toMatchInlineSnapshot(`
      [
        "f0fd 3cf6 3eae fc31",
        "f427 98e4 e24b aa79",
        "6c02 b7f5 20b5 62a3",
      ]
    `);
  });
});

describe("schedulers", () => {
  test("a recorded schedule replays to the same run, to its last decision", async () => {
    const recording = new RecordingScheduler(new RandomScheduler(new NamedStream("any")));
    const first = await bustling("7", { scheduler: recording });
    const replay = new ReplayScheduler(recording.decisions);
    expect(await bustling("7", { scheduler: replay })).toEqual(first);
    expect(replay.remaining).toBe(0);
    const other = await bustling("7", {
      scheduler: new ReplayScheduler(recording.decisions.map((delay) => delay + 1)),
    });
    expect(other.fingerprint).not.toBe(first.fingerprint);
  });
});

describe("comparing two runs", () => {
  const logged = async (node?: (host: Host) => Promise<void>): Promise<StepLog> => {
    const steps = new StepLog();
    await bustling("7", node === undefined ? { steps } : { steps, node });
    return steps;
  };

  test("finds nothing between equal runs", async () => {
    expect(firstDivergence(await logged(), await logged())).toBeUndefined();
  });

  test("finds the very event in which one of them drew once more", async () => {
    let culprit = 0;
    const left = await logged();
    const steps = new StepLog();
    const world = simulation({ seed: "7", steps });
    world.host("n1", async (host) => {
      for (let round = 0; round < 20; round++) {
        await host.clock.sleep(host.random("pace").below(10_000));
        if (round === 12) {
          culprit = world.kernel.event;
          host.random("extra").uint32();
        }
        host.spawn(`round-${round}`, async () => {
          await host.cpu(host.random("work").below(5_000));
          host.trace({ kind: "worked", round });
        });
      }
    });
    world.host("n2", bustle);
    await run(world);
    const divergence = firstDivergence(left, steps);
    expect(divergence?.event).toBe(culprit);
    expect(divergence?.right).toMatchObject({ host: "n1", kind: "timer" });
  });

  test("finds the event that one run has and the other lacks", async () => {
    const left = await logged();
    const steps = new StepLog();
    const world = simulation({ seed: "7", steps });
    world.host("n1", bustle);
    world.host("n2", bustle);
    world.at(1_000_000_000, () => undefined);
    await run(world);
    const divergence = firstDivergence(left, steps);
    expect(divergence).toMatchObject({ event: left.length + 1, left: undefined, right: { kind: "world", host: "" } });
  });
});

describe("causes", () => {
  test("an event's causal past leads back through the spawns and sleeps that led to it", async () => {
    const trace = new RetainedTrace();
    const world = simulation({ trace });
    world.host("n1", async (host) => {
      await host.clock.sleep(10);
      const task = host.spawn("child", async () => {
        await host.clock.sleep(10);
        host.trace({ kind: "leaf" });
      });
      await task.done;
    });
    world.host("n2", async (host) => host.clock.sleep(15));
    await run(world);
    const leaf = trace.records.find((record) => record.data.kind === "leaf");
    const past = [...trace.causalPast(leaf?.event ?? 0)].sort((a, b) => a - b);
    expect(past.map((event) => trace.hostOf(event))).toEqual(["n1", "n1", "n1", "n1"]);
  });
});

describe("strict mode", () => {
  const forbidden: [string, () => unknown][] = [
    ["Date.now", () => Date.now()],
    ["new Date", () => new Date()],
    ["Math.random", () => Math.random()],
    ["Math.sin", () => Math.sin(1)],
    ["setTimeout", () => setTimeout(() => undefined, 0)],
    ["performance.now", () => performance.now()],
    ["crypto.randomUUID", () => crypto.randomUUID()],
    ["Intl.NumberFormat", () => new Intl.NumberFormat("en")],
    ["localeCompare", () => "a".localeCompare("b")],
    ["new WeakRef", () => new WeakRef({})],
  ];

  test.each(forbidden)("%s throws in a node, and works again after the run", async (name, use) => {
    const world = simulation();
    world.host("n1", async (host) => {
      await host.clock.sleep(1);
      use();
    });
    const result = await run(world);
    expect(result.crashes).toHaveLength(1);
    expect((result.crashes[0]?.error as Error).message).toContain(name);
    expect(use).not.toThrow();
  });

  test("is lifted between batches and when switched off", async () => {
    const world = simulation();
    world.host("n1", async (host) => {
      for (let count = 0; count < 100; count++) await host.clock.sleep(1);
    });
    const dates: number[] = [];
    const result = await run(world, { batch: 10, onBatch: () => dates.push(Date.now()) });
    expect(result.crashes).toEqual([]);
    expect(dates.length).toBeGreaterThan(5);
    const lax = simulation({ strict: false });
    lax.host("n1", async () => {
      Date.now();
      return Promise.resolve();
    });
    expect((await run(lax)).crashes).toEqual([]);
  });
});
