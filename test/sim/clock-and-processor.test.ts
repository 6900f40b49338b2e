import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MILLISECOND, SECOND } from "../../host/time.ts";
import { run, simulation } from "./support/simulate.ts";

describe("a machine's clocks", () => {
  test("a timer never fires before its own clock says so, whatever its drift, also when the rate changes meanwhile", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: -200_000, max: 200_000 }),
        fc.integer({ min: -200_000, max: 200_000 }),
        fc.integer({ min: 0, max: 3_000_000_000 }),
        async (before, after, duration) => {
          const world = simulation();
          let waited = -1;
          const machine = world.host(
            "n1",
            async (host) => {
              const begin = host.clock.monotonic();
              await host.clock.sleep(duration);
              waited = host.clock.monotonic() - begin;
            },
            { clock: { driftPpm: before } },
          );
          world.at(SECOND, () => machine.clock.setDrift(after));
          await run(world);
          expect(waited).toBeGreaterThanOrEqual(duration);
        },
      ),
      { numRuns: 50 },
    );
  });

  test("a fast clock fires early by true time, and drift moves both clocks but steps neither", async () => {
    const world = simulation();
    let firedAt = 0;
    const machine = world.host(
      "n1",
      async (host) => {
        await host.clock.sleep(SECOND);
        firedAt = world.kernel.now;
      },
      { clock: { driftPpm: 100_000 } },
    );
    await run(world);
    expect(firedAt).toBeGreaterThan(0.9 * SECOND);
    expect(firedAt).toBeLessThan(0.95 * SECOND);
    const [mono, wall] = [machine.clock.monotonic(), machine.clock.wall()];
    machine.clock.setDrift(-5);
    expect([machine.clock.monotonic(), machine.clock.wall()]).toEqual([mono, wall]);
    machine.clock.stepWall(-1_000_000);
    expect(machine.clock.wall()).toBe(wall - 1_000_000);
    expect(machine.clock.monotonic()).toBe(mono);
    expect(() => machine.clock.setDrift(0.5)).toThrow(RangeError);
  });
});

describe("a machine's processors", () => {
  test("work beyond their capacity waits its turn", async () => {
    const world = simulation();
    const finished: number[] = [];
    world.host(
      "n1",
      async (host) => {
        for (let job = 0; job < 6; job++) {
          host.spawn(`job-${job}`, async () => {
            await host.cpu(10 * MILLISECOND);
            finished.push(world.kernel.now);
          });
        }
        return Promise.resolve();
      },
      { processor: { cores: 2 } },
    );
    await run(world);
    const rounds = finished.map((time) => Math.round(time / (10 * MILLISECOND))).sort((a, b) => a - b);
    expect(rounds).toEqual([1, 1, 2, 2, 3, 3]);
  });
});
