import { describe, expect, test } from "vitest";
import { MICROSECOND, MILLISECOND } from "../../../host/time.ts";
import type { Fault, PlannedFault } from "../../../scenarios/faults/fault.ts";
import type { VirtualDisk } from "../../../sim/fs/virtual-disk.ts";
import { sharedDiskAsWritten } from "../../../topologies/shared-disk/as-written.ts";
import { single } from "../../../topologies/single/single.ts";
import { planned, StruckCluster } from "../support/struck-cluster.ts";

/** What there is to be seen of a world, as text. */
type Look = (world: StruckCluster) => string | Promise<string>;

const running: Look = (world) => (world.machine("primary").running ? "up" : "down");
const paused: Look = (world) => (world.machine("primary").paused ? "paused" : "going");
const wall: Look = (world) => {
  // True time is taken off: what is left is how far the clock is ahead, in seconds.
  const ahead = world.machine("primary").clock.wall() - Math.floor(world.simulation.kernel.now / MICROSECOND);
  const one = world.machine("client-2").clock.wall() - Math.floor(world.simulation.kernel.now / MICROSECOND);
  return `${Math.round((ahead - one) / 1_000_000)} s ahead`;
};
const pace: Look = async (world) => {
  const { clock } = world.machine("primary");
  const before = clock.monotonic();
  const since = world.simulation.kernel.now;
  await new Promise<void>((resolve) => world.simulation.at(MILLISECOND, resolve));
  return `${Math.round(((clock.monotonic() - before) / (world.simulation.kernel.now - since)) * 1000)} ‰`;
};
const link: Look = async (world) => {
  const delay = await world.carry("client-1", "primary");
  return delay === undefined ? "nothing arrives" : delay > 4 * MILLISECOND ? "slow" : "quick";
};
const room: Look = (world) => (world.cluster.localDisks.get("primary")?.volume.freeBytes === 0 ? "full" : "room");
const slowness: Look = (world) => {
  const { queue } = world.cluster.localDisks.get("primary") as VirtualDisk;
  return `${queue.cached(0) / queue.profile.cacheHit} times`;
};
/** A write of an otherwise idle disk, which takes some hundred microseconds. */
const writes: Look = async (world) => {
  const since = world.simulation.kernel.now;
  const done = world.succeeds({ op: "write", key: "k", value: "v" });
  const late = new Promise<string>((resolve) => world.simulation.at(25 * MILLISECOND, () => resolve("no answer")));
  const answered = done.then((ok) => {
    if (!ok) return "refused";
    return world.simulation.kernel.now - since > 3 * MILLISECOND ? "slow" : "quick";
  });
  return Promise.race([late, answered]);
};
const server: Look = (world) => (world.cluster.sharedDisk?.server.running === true ? "up" : "down");

describe("lasts from its time to its end, and leaves the world as it was", () => {
  const cases: readonly [Fault, Look, string, string][] = [
    [{ kind: "kill" }, running, "up", "down"],
    [{ kind: "power-loss" }, running, "up", "down"],
    [{ kind: "wipe" }, running, "up", "down"],
    [{ kind: "pause" }, paused, "going", "paused"],
    [{ kind: "clock-skew", microseconds: 9_000_000 }, wall, "0 s ahead", "9 s ahead"],
    [{ kind: "clock-drift", ppm: -100_000 }, pace, "1000 ‰", "900 ‰"],
    [{ kind: "partition", shape: "isolate" }, link, "quick", "nothing arrives"],
    [{ kind: "packet-loss", perMillion: 1_000_000 }, link, "quick", "nothing arrives"],
    [{ kind: "slow-link", latency: 5 * MILLISECOND }, link, "quick", "slow"],
    [{ kind: "clog" }, link, "quick", "nothing arrives"],
    [{ kind: "swizzle-clog" }, link, "quick", "nothing arrives"],
    [{ kind: "disk-full" }, room, "room", "full"],
    [{ kind: "disk-slow", factor: 10 }, writes, "quick", "slow"],
    [{ kind: "disk-stall" }, writes, "quick", "no answer"],
    [{ kind: "disk-error", code: "EIO", when: "before", perMillion: 1_000_000 }, writes, "quick", "refused"],
  ];

  test.each(named(cases))("%s", async (_kind, [fault, look, usual, struck]) => {
    const world = new StruckCluster(single, [planned(fault, { at: 100, lasts: 200 })]);
    await world.run(async () => {
      expect(await look(world)).toBe(usual);
      await world.until(99);
      expect(running(world)).toBe("up");
      await world.until(110);
      expect(await look(world)).toBe(struck);
      // A clock that runs slow has begun to; a swizzle's clog ends in the middle.
      if (fault.kind !== "swizzle-clog") {
        await world.until(260);
        expect(await look(world)).toBe(struck);
      }
      await world.until(400);
      // A database whose disk failed is only there again once it is opened again.
      if (fault.kind !== "disk-error") expect(await look(world)).toBe(usual);
    });
    expect(world.fates).not.toContain("not-due");
  });

  test("the server of a shared disk is back, and serves", async () => {
    for (const fault of [{ kind: "disk-server-crash" }, { kind: "kill" }, { kind: "power-loss" }] as const) {
      const world = new StruckCluster(sharedDiskAsWritten, [planned(fault, { at: 50, on: { role: "disk" } })]);
      await world.run(async () => {
        expect(server(world)).toBe("up");
        await world.until(60);
        expect(server(world)).toBe("down");
        await world.until(160);
        expect(server(world)).toBe("up");
      });
    }
  });

  test("but a clock that was stepped, and a machine that was wiped of its data", async () => {
    const world = new StruckCluster(single, [
      planned({ kind: "clock-step", microseconds: -9_000_000 }, { at: 50, lasts: 10 }),
      planned({ kind: "wipe" }, { at: 100, lasts: 10 }),
    ]);
    const read = async (): Promise<unknown> =>
      (await world.client?.execute({ op: "read", key: "k" }, { role: "primary", choice: 0 }))?.value;
    await world.run(async () => {
      expect(await world.succeeds({ op: "write", key: "k", value: "v" })).toBe(true);
      await world.until(90);
      expect(wall(world)).toBe("-9 s ahead");
      expect(await read()).toBe("v");
      await world.until(300);
      expect(wall(world)).toBe("-9 s ahead");
      // The connection from before went down with the machine.
      await world.succeeds({ op: "read", key: "k" });
      expect(await read()).toBeNull();
    });
  });

  test("a reset connection serves again at the next request", async () => {
    const world = new StruckCluster(single, [planned({ kind: "connection-reset" }, { at: 50 })]);
    await world.run(async () => {
      expect(await writes(world)).toBe("quick");
      await world.until(60);
      expect(await writes(world)).not.toBe("no answer");
      expect(await writes(world)).toBe("quick");
    });
    expect(world.fates).toEqual(["fired"]);
  });
});

describe("of two faults of a kind that overlap", () => {
  /** One from 50 to 150, one from 100 to 200, one from 110 to 130. */
  const overlapping = (faults: readonly [Fault, Fault, Fault]): PlannedFault[] => [
    planned(faults[0], { at: 50, lasts: 100 }),
    planned(faults[1], { at: 100, lasts: 100 }),
    planned(faults[2], { at: 110, lasts: 20 }),
  ];

  const cases: readonly [readonly [Fault, Fault, Fault], Look, readonly string[]][] = [
    [same({ kind: "disk-full" }), room, ["full", "full", "full", "full", "full", "room"]],
    [same({ kind: "disk-stall" }), writes, ["no answer", "no answer", "no answer", "no answer", "no answer", "quick"]],
    [
      [
        { kind: "disk-slow", factor: 10 },
        { kind: "disk-slow", factor: 100 },
        { kind: "disk-slow", factor: 50 },
      ],
      slowness,
      ["10 times", "100 times", "50 times", "100 times", "100 times", "1 times"],
    ],
    [
      [
        { kind: "clock-drift", ppm: 100_000 },
        { kind: "clock-drift", ppm: -100_000 },
        { kind: "clock-drift", ppm: -200_000 },
      ],
      pace,
      ["1100 ‰", "900 ‰", "800 ‰", "900 ‰", "900 ‰", "1000 ‰"],
    ],
    [
      [
        { kind: "clock-skew", microseconds: 5_000_000 },
        { kind: "clock-skew", microseconds: -1_000_000 },
        { kind: "clock-skew", microseconds: 10_000_000 },
      ],
      wall,
      ["5 s ahead", "4 s ahead", "14 s ahead", "4 s ahead", "-1 s ahead", "0 s ahead"],
    ],
    [
      same({ kind: "clog" }),
      link,
      ["nothing arrives", "nothing arrives", "nothing arrives", "nothing arrives", "nothing arrives", "quick"],
    ],
    [
      same({ kind: "partition", shape: "isolate" }),
      link,
      ["nothing arrives", "nothing arrives", "nothing arrives", "nothing arrives", "nothing arrives", "quick"],
    ],
    [same({ kind: "slow-link", latency: 5 * MILLISECOND }), link, ["slow", "slow", "slow", "slow", "slow", "quick"]],
  ];

  test.each(named(cases))("none ends another: %s", async (_kind, [faults, look, expected]) => {
    // Each look at a time of its own: looking may take time, and an operation that waits for the disk comes in the way.
    for (const [index, time] of [60, 105, 112, 135, 160, 210].entries()) {
      const world = new StruckCluster(single, overlapping(faults));
      await world.run(async () => {
        await world.until(time);
        expect(`${time} ms: ${await look(world)}`).toBe(`${time} ms: ${expected[index]}`);
      });
    }
  });

  test("a machine that is down, or stands still, is left alone: it comes back when the one ends that struck it", async () => {
    for (const [kind, look, struck, usual] of [
      ["kill", running, "down", "up"],
      ["pause", paused, "paused", "going"],
    ] as const) {
      const world = new StruckCluster(single, [
        planned({ kind }, { at: 50, lasts: 100 }),
        planned({ kind }, { at: 60, lasts: 20 }),
        planned({ kind }, { at: 100, lasts: 100 }),
      ]);
      await world.run(async () => {
        await world.until(90);
        expect(look(world)).toBe(struck);
        await world.until(140);
        expect(look(world)).toBe(struck);
        await world.until(160);
        expect(look(world)).toBe(usual);
        await world.until(250);
        expect(look(world)).toBe(usual);
      });
      expect(world.fates).toEqual(["fired", "vain", "vain"]);
    }
  });

  test("the end of a pause does not resume the next life of the process, which another has paused", async () => {
    const world = new StruckCluster(single, [
      planned({ kind: "pause" }, { at: 50, lasts: 100 }),
      planned({ kind: "kill" }, { at: 60, lasts: 10 }),
      planned({ kind: "pause" }, { at: 100, lasts: 100 }),
    ]);
    await world.run(async () => {
      await world.until(80);
      expect(paused(world)).toBe("going");
      await world.until(160);
      expect(paused(world)).toBe("paused");
      await world.until(210);
      expect(paused(world)).toBe("going");
    });
    expect(world.fates).toEqual(["fired", "fired", "fired"]);
  });
});

/** Cases with the kind of their first fault, for the name of a test. */
function named<Case extends readonly [Fault | readonly [Fault, ...unknown[]], ...unknown[]]>(
  cases: readonly Case[],
): [string, Case][] {
  return cases.map((each) => [("kind" in each[0] ? each[0] : each[0][0]).kind, each]);
}

function same(fault: Fault): [Fault, Fault, Fault] {
  return [fault, fault, fault];
}

test("a disk that was replaced while it was full has the room of the new one, before and after the fault ends", async () => {
  const world = new StruckCluster(single, [
    planned({ kind: "disk-full" }, { at: 50, lasts: 200 }),
    planned({ kind: "wipe" }, { at: 100, lasts: 10 }),
  ]);
  await world.run(async () => {
    await world.until(90);
    expect(await writes(world)).not.toBe("quick");
    await world.until(150);
    expect(room(world)).toBe("room");
    await world.until(300);
    expect(room(world)).toBe("room");
  });
  expect(world.fates).toEqual(["fired", "fired"]);
});
