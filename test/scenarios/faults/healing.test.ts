import { describe, expect, test } from "vitest";
import { MILLISECOND } from "../../../host/time.ts";
import type { Fault, PlannedFault } from "../../../scenarios/faults/fault.ts";
import { sharedDiskAsWritten } from "../../../topologies/shared-disk/as-written.ts";
import { single } from "../../../topologies/single/single.ts";
import { planned, StruckCluster } from "../support/struck-cluster.ts";

const CORE = ["primary", "disk"];
const EVERYBODY = { role: "node", choice: 0, count: 3 } as const;

/** Strikes at 10 ms, heals at 50, with faults that would last until 200. */
async function healed(faults: readonly PlannedFault[], then: (world: StruckCluster) => Promise<void>): Promise<void> {
  const world = new StruckCluster(sharedDiskAsWritten, faults);
  await world.run(async () => {
    await world.until(50);
    world.nemesis.heal(CORE);
    await world.until(60);
    await then(world);
    // When they were to end, and long after.
    await world.until(300);
    await then(world);
  });
}

const on = (fault: Fault, subject: PlannedFault["on"] = EVERYBODY): PlannedFault =>
  planned(fault, { at: 10, lasts: 190, on: subject });

describe("a healing", () => {
  test("starts the machines of the core, and leaves the others down for good", async () => {
    for (const kind of ["kill", "power-loss"] as const) {
      await healed([on({ kind })], async ({ cluster }) => {
        const up = [...cluster.machines.values()].filter(({ running }) => running).map(({ name }) => name);
        expect(up).toEqual(["primary"]);
      });
    }
  });

  test("resumes the core, and lets the others stand still", async () => {
    await healed([on({ kind: "pause" })], async ({ cluster }) => {
      const still = [...cluster.machines.values()].filter(({ paused }) => paused).map(({ name }) => name);
      expect(still).toEqual(["replica-1", "replica-2"]);
    });
  });

  test("lifts a partition inside the core and towards clients, and there alone", async () => {
    for (const shape of ["isolate", "outgoing", "incoming"] as const) {
      await healed([on({ kind: "partition", shape })], async (world) => {
        expect(await world.reaches("primary", "disk")).toBe(true);
        expect(await world.reaches("disk", "primary")).toBe(true);
        expect(await world.reaches("primary", "client-1")).toBe(true);
        expect(await world.reaches("client-2", "primary")).toBe(true);
        expect(await world.reaches("primary", "replica-1")).toBe(false);
        // The disk and the clients are no subjects: only what those send or hear is cut.
        expect(await world.reaches("replica-2", "disk")).toBe(shape === "incoming");
        expect(await world.reaches("client-1", "replica-2")).toBe(shape === "outgoing");
      });
    }
  });

  test.each<[Fault["kind"], Fault]>([
    ["clog", { kind: "clog" }],
    ["packet-loss", { kind: "packet-loss", perMillion: 1_000_000 }],
    ["slow-link", { kind: "slow-link", latency: 100 * MILLISECOND }],
  ])("ends a %s of the core, and leaves it where the others are", async (_kind, fault) => {
    await healed([on(fault)], async (world) => {
      expect(await world.carry("primary", "disk")).toBeLessThan(MILLISECOND);
      expect(await world.carry("client-1", "primary")).toBeLessThan(MILLISECOND);
      expect(await world.carry("replica-1", "replica-2")).toBeUndefined();
      expect(await world.carry("replica-1", "client-1")).toBeUndefined();
    });
  });

  test("ends the clogs of a swizzle in the core, keeps the others', and begins no more", async () => {
    // One host every 30 ms from 10 ms on: at the healing the first two are clogged, the third is not yet.
    const swizzle = planned({ kind: "swizzle-clog" }, { at: 10, lasts: 180, on: EVERYBODY });
    await healed([swizzle], async (world) => {
      expect(await world.reaches("primary", "client-1")).toBe(true);
      expect(await world.reaches("replica-1", "client-1")).toBe(false);
      expect(await world.reaches("replica-2", "client-1")).toBe(true);
    });
  });

  test("sets the clocks of the core right, and leaves the others wrong", async () => {
    await healed([on({ kind: "clock-skew", microseconds: 7 })], async ({ machines }) => {
      const [client, primary, replica] = ["client-1", "primary", "replica-1"].map((name) => machines.get(name));
      expect((primary?.clock.wall() ?? 0) - (client?.clock.wall() ?? 0)).toBe(0);
      expect((replica?.clock.wall() ?? 0) - (client?.clock.wall() ?? 0)).toBe(7);
    });
  });

  test("brings back the server of a shared disk, its room and its answers", async () => {
    const disk = { role: "disk", choice: 0 } as const;
    const write = { op: "write", key: "k", value: "v" } as const;
    for (const fault of [
      { kind: "disk-server-crash" },
      { kind: "disk-stall" },
      { kind: "disk-full" },
      { kind: "disk-error", code: "EIO", when: "before", perMillion: 1_000_000 },
      { kind: "device-lost", perMillion: 1_000_000 },
    ] as const) {
      const world = new StruckCluster(sharedDiskAsWritten, [on(fault, disk)]);
      await world.run(async () => {
        // Written while the disk is struck: the database may fail of it.
        await world.writeUntil(50);
        world.nemesis.heal(CORE);
        await world.until(8000);
        expect(`${fault.kind}: ${await world.succeeds(write)}`).toBe(`${fault.kind}: true`);
      });
    }
  });

  test("starts a database anew that its disk has failed", async () => {
    const failing = planned(
      { kind: "sync-failure", mode: "stays-dirty", perMillion: 1_000_000 },
      { at: 10, lasts: 20 },
    );
    const world = new StruckCluster(single, [failing]);
    await world.run(async () => {
      await world.writeUntil(40);
      expect(world.cluster.inspect().get("primary")).toMatchObject({ ready: false, fields: { failed: true } });
      await world.until(100);
      expect(world.machine("primary").incarnation).toBe(1);
      world.nemesis.heal(["primary"]);
      await world.until(200);
      expect(world.machine("primary").incarnation).toBe(2);
      expect(world.cluster.ready).toBe(true);
    });
  });

  test("leaves the disk of a host outside the core as broken as it is", async () => {
    const world = new StruckCluster(single, [planned({ kind: "disk-stall" }, { at: 10, lasts: 50 })]);
    await world.run(async () => {
      await world.until(20);
      world.nemesis.heal([]);
      await world.until(200);
      expect(world.cluster.localDisks.get("primary")?.gate.stalled).toBe(true);
    });
  });

  test("is the last that the nemesis does: what was due later, or waited for a change, does not strike", async () => {
    const world = new StruckCluster(single, [
      planned({ kind: "kill" }, { at: 100 }),
      planned({ kind: "pause" }, { at: 10, duringWrite: true }),
      // Waits for a change, has one, and is healed before the moment at which it strikes.
      planned({ kind: "kill" }, { at: 11.9, duringWrite: true }),
    ]);
    await world.run(async () => {
      await world.until(50);
      world.nemesis.heal(["primary"]);
      await world.writeUntil(400);
      expect(world.machine("primary").incarnation).toBe(1);
    });
    expect(world.fates).toEqual(["not-due", "not-due", "not-due"]);
    const late = new StruckCluster(single, [planned({ kind: "kill" }, { at: 11.9, duringWrite: true })]);
    await late.run(async () => {
      await late.until(50);
      late.nemesis.changeInvoked();
      late.nemesis.heal(["primary"]);
      await late.until(100);
    });
    expect(late.fates).toEqual(["not-due"]);
  });
});
