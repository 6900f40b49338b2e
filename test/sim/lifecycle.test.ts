import { describe, expect, test } from "vitest";
import type { Host } from "../../host/host.ts";
import { MICROSECOND, MILLISECOND, SECOND } from "../../host/time.ts";
import { RetainedTrace } from "../../sim/trace.ts";
import { run, simulation } from "./support/simulate.ts";

describe("a node's death", () => {
  test("in the middle of any await: nothing after that await happens", async () => {
    for (let killAt = 0; killAt <= 40; killAt++) {
      const world = simulation();
      const seen: number[] = [];
      let late = 0;
      const machine = world.host("n1", async (host: Host) => {
        if (host.incarnation > 1) return;
        for (let count = 0; count < 10; count++) {
          await host.clock.sleep(4 * MICROSECOND);
          if (world.kernel.now > killAt * MICROSECOND) late++;
          seen.push(count);
          await host.cpu(100);
        }
      });
      world.at(killAt * MICROSECOND, () => {
        machine.kill();
        machine.restart();
      });
      const result = await run(world);
      expect(result.end).toBe("done");
      expect(late).toBe(0);
      expect(seen.length).toBeLessThanOrEqual(killAt / 4 + 1);
    }
  });

  test("between two synchronous calls: what the stretch still calls leaves no effect", async () => {
    const build = async (epilogue: boolean) => {
      const trace = new RetainedTrace();
      const world = simulation({ trace });
      const effects: string[] = [];
      const machine = world.host("n1", async (host) => {
        if (host.incarnation > 1) {
          effects.push(`second life draws ${host.random("x").uint32()}`);
          return;
        }
        await host.clock.sleep(1000);
        host.trace({ kind: "before" });
        machine.kill();
        if (epilogue) {
          host.trace({ kind: "after" });
          host.random("x").uint32();
          host.clock.timer(10, () => effects.push("timer"));
          host.spawn("late", async () => void effects.push("task"));
          host.fatal(new Error("too late"));
          void host.clock.sleep(5).then(() => effects.push("slept"));
          await host.cpu(1);
          effects.push("resumed");
        }
      });
      world.at(SECOND, () => machine.restart());
      const result = await run(world);
      const kinds = trace.records.filter((record) => record.incarnation > 0).map((record) => record.data.kind);
      return { fingerprint: result.fingerprint, digest: result.nodeDigest, effects, kinds, crashes: result.crashes };
    };
    const short = await build(false);
    const long = await build(true);
    expect(long).toEqual(short);
    expect(long.kinds).toEqual(["before"]);
    expect(long.effects).toHaveLength(1);
  });

  test("no finally and no catch runs for what a dead incarnation awaited", async () => {
    const world = simulation();
    const ran: string[] = [];
    const machine = world.host("n1", async (host) => {
      try {
        await host.clock.sleep(SECOND);
      } catch {
        ran.push("catch");
      } finally {
        ran.push("finally");
      }
    });
    world.at(MILLISECOND, () => machine.powerLoss());
    expect((await run(world)).end).toBe("done");
    expect(ran).toEqual([]);
  });

  test("a task that rejects crashes its node, with host, task and error, and takes its other tasks along", async () => {
    const world = simulation();
    let ticks = 0;
    world.host("n1", async (host) => {
      host.spawn("ticker", async () => {
        for (;;) {
          await host.clock.sleep(MILLISECOND);
          ticks++;
        }
      });
      host.spawn("compaction", async () => {
        await host.clock.sleep(10 * MILLISECOND + MICROSECOND);
        throw new Error("disk on fire");
      });
      return Promise.resolve();
    });
    const result = await run(world);
    expect(result.crashes).toHaveLength(1);
    expect(result.crashes[0]).toMatchObject({ host: "n1", incarnation: 1, task: "compaction" });
    expect((result.crashes[0]?.error as Error).message).toBe("disk on fire");
    expect(ticks).toBeGreaterThan(5);
    expect(ticks).toBeLessThanOrEqual(10);
  });

  test("fatal() and a throwing timer crash the node as well", async () => {
    const world = simulation();
    world.host("n1", async (host) => {
      await host.clock.sleep(5);
      host.fatal(new Error("gave up"));
    });
    world.host("n2", async (host) => {
      host.clock.timer(5, () => {
        throw new Error("timer failed");
      });
      return Promise.resolve();
    });
    const result = await run(world);
    expect(result.crashes.map((crash) => (crash.error as Error).message).sort()).toEqual(["gave up", "timer failed"]);
  });
});

describe("restart, pause and stop", () => {
  test("each start gets a host of its own, a higher incarnation and fresh draws", async () => {
    const world = simulation();
    const draws: number[] = [];
    const incarnations: number[] = [];
    const machine = world.host("n1", async (host) => {
      incarnations.push(host.incarnation);
      draws.push(host.random("election").uint32());
      await host.clock.sleep(10 * SECOND);
    });
    for (const second of [1, 2]) {
      world.at(second * SECOND, () => {
        machine.kill();
        machine.restart();
      });
    }
    await run(world);
    expect(incarnations).toEqual([1, 2, 3]);
    expect(new Set(draws).size).toBe(3);
  });

  test("power loss sets the monotonic clock back to nothing, a kill does not, and the wall clock goes on", async () => {
    const world = simulation();
    const readings: number[] = [];
    const walls: number[] = [];
    const machine = world.host("n1", async (host) => {
      readings.push(host.clock.monotonic());
      walls.push(host.clock.wall());
      await host.clock.sleep(10 * SECOND);
    });
    world.at(SECOND, () => {
      machine.kill();
      machine.restart();
    });
    world.at(2 * SECOND, () => {
      machine.powerLoss();
      machine.restart();
    });
    await run(world);
    expect(readings[1]).toBeGreaterThanOrEqual(SECOND);
    expect(readings[2]).toBeLessThan(SECOND);
    expect((walls[2] as number) - (walls[0] as number)).toBeGreaterThanOrEqual(1_990_000);
  });

  test("a paused node does nothing, and finds on resumption what piled up, in order", async () => {
    const world = simulation();
    const seen: number[] = [];
    const machine = world.host("n1", async (host) => {
      for (let tick = 1; tick <= 5; tick++) {
        host.clock.timer(tick * SECOND, () => seen.push(tick, Math.floor(world.kernel.now / SECOND)));
      }
      return Promise.resolve();
    });
    world.at(1.5 * SECOND, () => machine.pause());
    world.at(4.5 * SECOND, () => machine.resume());
    await run(world);
    expect(seen).toEqual([1, 1, 2, 4, 3, 4, 4, 4, 5, 5]);
  });

  test("a timer that fell due in a pause can still be cancelled before it is handed over", async () => {
    const world = simulation();
    const seen: string[] = [];
    const machine = world.host("n1", async (host) => {
      const second = { cancel: (): void => undefined };
      host.clock.timer(1 * SECOND, () => {
        seen.push("first");
        second.cancel();
      });
      const timer = host.clock.timer(2 * SECOND, () => seen.push("second"));
      second.cancel = () => timer.cancel();
      return Promise.resolve();
    });
    world.at(0.5 * SECOND, () => machine.pause());
    world.at(3 * SECOND, () => machine.resume());
    await run(world);
    expect(seen).toEqual(["first"]);
  });

  test("a stop signal reaches the node", async () => {
    const world = simulation();
    let stopped = false;
    const machine = world.host("n1", async (host) => {
      await host.stop.whenRequested;
      stopped = host.stop.requested;
    });
    world.at(SECOND, () => machine.requestStop());
    await run(world, { until: () => machine.mainFinished });
    expect(stopped).toBe(true);
  });

  test("restarting a running machine is refused", () => {
    const world = simulation();
    const machine = world.host("n1", () => Promise.resolve());
    expect(() => machine.restart()).toThrow(/n1 is running/);
    expect(() => world.host("n1", () => Promise.resolve())).toThrow(/empty or taken/);
    expect(() => world.machine("n2")).toThrow(/there are n1/);
  });
});

test("a trace keeps what was said, also when a node uses its object again", async () => {
  const trace = new RetainedTrace();
  const world = simulation({ trace });
  world.host("n1", async (host) => {
    const event = { kind: "step", number: 1 };
    host.trace(event);
    await host.clock.sleep(1);
    event.number = 2;
    host.trace(event);
  });
  await run(world);
  expect(trace.records.filter(({ data }) => data.kind === "step").map(({ data }) => data["number"])).toEqual([1, 2]);
});
