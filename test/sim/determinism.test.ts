import { describe, expect, test } from "vitest";
import type { Host } from "../../host/host.ts";
import { firstDivergence } from "../../sim/divergence.ts";
import { forbiddenMembers, type ForbiddenMember } from "../../sim/forbidden-members.ts";
import { NamedStream } from "../../sim/random.ts";
import { RandomScheduler, RecordingScheduler, ReplayScheduler, type Scheduler } from "../../sim/scheduler.ts";
import { StepLog } from "../../sim/step-log.ts";
import { StrictModeError } from "../../sim/strict-mode.ts";
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

/** What a node's code throws when it does so. */
async function thrownInside(use: () => unknown): Promise<unknown> {
  const world = simulation();
  let thrown: unknown;
  world.host("n1", async (host) => {
    await host.clock.sleep(1);
    try {
      use();
    } catch (error) {
      thrown = error;
    }
  });
  expect((await run(world)).crashes).toEqual([]);
  return thrown;
}

describe("strict mode", () => {
  const now = new Date();
  const uses: [label: string, () => unknown][] = [
    ["Date.now", () => Date.now()],
    ["new Date", () => new Date()],
    ["new Date", () => new Date(2020, 1)],
    ["new Date", () => new Date("2020-01-01T00:00:00")],
    ["new Date", () => new Date("1 January 2020")],
    ["new Date", () => new (now.constructor as DateConstructor)()],
    ["new Date", () => new (class extends Date {})()],
    ["Date", () => Date()],
    ["Date.parse", () => Date.parse("2020-01-01T00:00")],
    ["Date.prototype.getTimezoneOffset", () => now.getTimezoneOffset()],
    ["Date.prototype.toString", () => String(now)],
    ["Date.prototype.getHours", () => now.getHours()],
    ["Date.prototype.setHours", () => new Date(0).setHours(1)],
    ["Date.prototype.toLocaleDateString", () => now.toLocaleDateString()],
    ["Math.random", () => Math.random()],
    ["Math.sin", () => Math.sin(1)],
    ["setTimeout", () => setTimeout(() => undefined, 0)],
    ["performance.now", () => performance.now()],
    ["performance.mark", () => performance.mark("mark")],
    ["performance.timeOrigin", () => performance.timeOrigin],
    ["new PerformanceObserver", () => new PerformanceObserver(() => undefined)],
    ["Event.prototype.timeStamp", () => new Event("event").timeStamp],
    ["crypto.randomUUID", () => crypto.randomUUID()],
    ["crypto.subtle", () => crypto.subtle],
    ["new Intl.NumberFormat", () => new Intl.NumberFormat("en")],
    ["new Intl.NumberFormat", () => new (Intl.NumberFormat.prototype.constructor as typeof Intl.NumberFormat)("en")],
    ["Intl.Collator.supportedLocalesOf", () => Intl.Collator.supportedLocalesOf("en")],
    ["String.prototype.localeCompare", () => "a".localeCompare("b")],
    ["BigInt.prototype.toLocaleString", () => 1n.toLocaleString()],
    ["TypedArray.prototype.toLocaleString", () => new Uint8Array(1).toLocaleString()],
    ["new WeakRef", () => new WeakRef({})],
    ["new MessageChannel", () => new MessageChannel()],
    ["AbortSignal.timeout", () => AbortSignal.timeout(1000)],
    ["Atomics.wait", () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1)],
    ["process.hrtime", () => process.hrtime()],
    ["process.hrtime.bigint", () => process.hrtime.bigint()],
    ["process.memoryUsage.rss", () => process.memoryUsage.rss()],
    [
      "process.nextTick",
      () => {
        process.nextTick(() => undefined);
      },
    ],
  ];

  test.each(uses)("%s throws in a node, and works between batches and after the run: %s", async (label, use) => {
    const thrown = await thrownInside(use);
    expect(thrown).toBeInstanceOf(StrictModeError);
    expect((thrown as Error).message).toContain(`simulated code used ${label}`);
    const world = simulation();
    world.host("n1", (host) => host.clock.sleep(1));
    let batches = 0;
    await run(world, {
      onBatch: () => {
        expect(use).not.toThrow();
        batches++;
      },
    });
    expect(batches).toBeGreaterThan(0);
    expect(use).not.toThrow();
  });

  const members = forbiddenMembers().map((member): [string, ForbiddenMember] => [member.label, member]);

  test.each(members)("no way of using %s is left open, and all are as before after the run", async (_, member) => {
    const { object, name } = member;
    const before = Object.getOwnPropertyDescriptor(object, name);
    const throwing: unknown[] = [];
    const attempt = (use: () => unknown): void => {
      try {
        use();
        throwing.push("nothing thrown");
      } catch (error) {
        throwing.push(error);
      }
    };
    const unexpected = await thrownInside(() => {
      const own = Object.getOwnPropertyDescriptor(object, name);
      if (own?.get !== undefined) attempt(() => own.get?.call(object));
      if (own?.set !== undefined) attempt(() => own.set?.call(object, undefined));
      if (own?.value === undefined) return;
      const found = own.value as (() => unknown) & (new () => object);
      attempt(() => Reflect.apply(found, undefined, []));
      attempt(() => Reflect.construct(found, []));
      expect(Object.getPrototypeOf(found)).toBe(Function.prototype);
      for (const [key, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(found))) {
        const value: unknown = descriptor.value;
        if (typeof value === "function" && value !== Date.UTC)
          attempt(() => Reflect.apply(value, found, []) as unknown);
        if (key === "prototype" && object === globalThis) expect((value as object).constructor).toBe(found);
      }
    });
    expect(unexpected).toBeUndefined();
    expect(throwing.length).toBeGreaterThan(0);
    for (const error of throwing) expect(error).toBeInstanceOf(StrictModeError);
    expect(throwing.every((error) => (error as Error).message.includes(member.label))).toBe(true);
    const after = Object.getOwnPropertyDescriptor(object, name);
    // An accessor stays, and passes through.
    if (before?.value !== undefined) expect(after).toEqual(before);
    if (after?.get !== undefined && object !== globalThis) {
      const holder = [performance, crypto, new Event("event")].find((one) => object.isPrototypeOf(one));
      expect(() => Reflect.get(object, name, holder) as unknown).not.toThrow();
    }
  });

  test("leaves open what is the same everywhere", async () => {
    const use = (): unknown[] => [
      new Date(0).toISOString(),
      new Date(new Date(5)).getTime(),
      new Date("2020-01-01").getTime(),
      new Date("2020-01-01T00:00:00.5+01:00").getTime(),
      Date.parse("2020-01-01T00:00Z"),
      Date.UTC(2020, 1),
      new Date(0).getUTCHours(),
      new Date(0) instanceof Date,
      Math.sqrt(2),
      Atomics.load(new Int32Array(1), 0),
    ];
    let inside: unknown[] = [];
    expect(await thrownInside(() => (inside = use()))).toBeUndefined();
    expect(inside).toEqual(use());
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
