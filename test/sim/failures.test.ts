import { describe, expect, test } from "vitest";
import {
  DeadlockFailure,
  EventLimitFailure,
  LivelockFailure,
  UnhandledRejectionFailure,
  WorldFailure,
} from "../../sim/failure.ts";
import { run, simulation } from "./support/simulate.ts";

describe("a run that cannot go on says so", () => {
  test("deadlock: nothing is pending and the goal is not reached", async () => {
    const world = simulation();
    world.host("n1", async (host) => {
      await host.clock.sleep(10);
      await new Promise(() => undefined);
    });
    const result = await run(world, { until: () => false });
    expect(result.end).toBe("failed");
    expect(result.failure).toBeInstanceOf(DeadlockFailure);
    expect(result.failure?.place.lastEvents.map((event) => `${event.host} ${event.kind}`)).toEqual([
      "n1 start",
      "n1 timer",
    ]);
  });

  test("livelock: events without end at one instant name the host and the task", async () => {
    const world = simulation({ scheduler: { delay: () => 0 } });
    world.host("n1", async (host) => {
      host.spawn("spinner", async () => {
        for (;;) await host.cpu(0);
      });
      return Promise.resolve();
    });
    const result = await run(world, { maxEventsPerInstant: 1000 });
    expect(result.failure).toBeInstanceOf(LivelockFailure);
    expect(result.failure?.place).toMatchObject({ host: "n1", task: "spinner" });
    expect(result.failure?.place.lastEvents).toHaveLength(12);
  });

  test("a limit of events", async () => {
    const world = simulation();
    world.host("n1", async (host) => {
      for (;;) await host.clock.sleep(1000);
    });
    const result = await run(world, { maxEvents: 500 });
    expect(result.failure).toBeInstanceOf(EventLimitFailure);
    expect(result.events).toBe(500);
  });

  test("a promise that is rejected unseen fails the run, and with a batch of one names the very task", async () => {
    const build = () => {
      const world = simulation();
      world.host("n1", async (host) => {
        host.spawn("careless", async () => {
          await host.clock.sleep(100);
          void Promise.reject(new Error("nobody looks"));
          await host.clock.sleep(1_000_000);
        });
        return Promise.resolve();
      });
      world.host("n2", async (host) => {
        for (let count = 0; count < 50; count++) await host.clock.sleep(50);
      });
      return world;
    };
    const coarse = (await run(build())).failure as UnhandledRejectionFailure;
    expect(coarse).toBeInstanceOf(UnhandledRejectionFailure);
    expect(coarse.exact).toBe(false);
    const exact = (await run(build(), { batch: 1 })).failure as UnhandledRejectionFailure;
    expect(exact.exact).toBe(true);
    expect(exact.place).toMatchObject({ host: "n1", task: "careless" });
    expect(exact.message).toContain("nobody looks");
  });

  test("an error in the world's own code", async () => {
    const world = simulation();
    world.at(5, () => {
      throw new Error("broken nemesis");
    });
    const { failure } = await run(world);
    expect(failure).toBeInstanceOf(WorldFailure);
    expect(failure?.message).toBe("error in the simulated world at event 1, in the world: broken nemesis");
  });

  test("a deadline ends a run that goes on", async () => {
    const world = simulation();
    world.host("n1", async (host) => {
      for (;;) await host.clock.sleep(1_000_000);
    });
    const result = await run(world, { deadline: 50_000_000 });
    expect(result.end).toBe("deadline");
    expect(result.failure).toBeUndefined();
  });
});

describe("a run in parts", () => {
  test("is the same as in one, whether it ends by deadline, by limit or by goal", async () => {
    const build = () => {
      const world = simulation({ seed: "5" });
      const ticks: number[] = [];
      world.host("n1", async (host) => {
        for (let tick = 1; tick <= 10; tick++) {
          await host.clock.sleep(1_000_000_000);
          ticks.push(tick);
        }
      });
      return { world, ticks };
    };
    const whole = build();
    const expected = await run(whole.world);
    const parts = build();
    const first = await run(parts.world, { deadline: 3_500_000_000 });
    expect(first).toMatchObject({ end: "deadline", time: 3_500_000_000 });
    await run(parts.world, { maxEvents: 6 });
    await run(parts.world, { until: () => parts.ticks.length === 7 });
    const last = await run(parts.world);
    expect(parts.ticks).toEqual(whole.ticks);
    expect(last).toEqual(expected);
  });
});
