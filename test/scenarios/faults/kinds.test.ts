import { describe, expect, test } from "vitest";
import { MILLISECOND } from "../../../host/time.ts";
import type { Fault } from "../../../scenarios/faults/fault.ts";
import type { FaultFate } from "../../../scenarios/faults/strike.ts";
import { sharedDiskAsWritten } from "../../../topologies/shared-disk/as-written.ts";
import { single } from "../../../topologies/single/single.ts";
import type { FaultClass, Topology } from "../../../topologies/topology.ts";
import { planned, StruckCluster } from "../support/struck-cluster.ts";

interface Expected {
  readonly fault: Fault;
  /** What becomes of it on the primary when clients write all the time, and when nobody asks for anything. */
  readonly busy: FaultFate;
  readonly idle: FaultFate;
}

const calls = { perMillion: 1_000_000 };

/** Every kind of fault but what operators do, by what becomes of it on a node with a disk of its own. */
const ON_SINGLE: Readonly<Record<Exclude<FaultClass, "operator">, Expected>> = {
  kill: { fault: { kind: "kill" }, busy: "fired", idle: "fired" },
  "power-loss": { fault: { kind: "power-loss" }, busy: "fired", idle: "fired" },
  wipe: { fault: { kind: "wipe" }, busy: "fired", idle: "fired" },
  pause: { fault: { kind: "pause" }, busy: "fired", idle: "fired" },
  partition: { fault: { kind: "partition", shape: "isolate" }, busy: "fired", idle: "vain" },
  clog: { fault: { kind: "clog" }, busy: "fired", idle: "vain" },
  "swizzle-clog": { fault: { kind: "swizzle-clog" }, busy: "fired", idle: "vain" },
  "packet-loss": { fault: { kind: "packet-loss", ...calls }, busy: "fired", idle: "vain" },
  duplication: { fault: { kind: "duplication", ...calls }, busy: "fired", idle: "vain" },
  reordering: { fault: { kind: "reordering", ...calls }, busy: "fired", idle: "vain" },
  "slow-link": { fault: { kind: "slow-link", latency: 5 * MILLISECOND }, busy: "fired", idle: "vain" },
  "connection-reset": { fault: { kind: "connection-reset" }, busy: "fired", idle: "vain" },
  "clock-skew": { fault: { kind: "clock-skew", microseconds: 5_000_000 }, busy: "fired", idle: "fired" },
  "clock-drift": { fault: { kind: "clock-drift", ppm: 100_000 }, busy: "fired", idle: "fired" },
  "clock-step": { fault: { kind: "clock-step", microseconds: -5_000_000 }, busy: "fired", idle: "fired" },
  "disk-error": { fault: { kind: "disk-error", code: "EIO", when: "before", ...calls }, busy: "fired", idle: "vain" },
  "disk-full": { fault: { kind: "disk-full" }, busy: "fired", idle: "vain" },
  "disk-slow": { fault: { kind: "disk-slow", factor: 10 }, busy: "fired", idle: "vain" },
  "disk-stall": { fault: { kind: "disk-stall" }, busy: "fired", idle: "vain" },
  "short-transfer": { fault: { kind: "short-transfer", perMillion: 500_000 }, busy: "fired", idle: "vain" },
  "sync-failure": { fault: { kind: "sync-failure", mode: "stays-dirty", ...calls }, busy: "fired", idle: "vain" },
  "lying-sync": { fault: { kind: "lying-sync", ...calls }, busy: "fired", idle: "vain" },
  "lost-write": { fault: { kind: "lost-write", ...calls }, busy: "fired", idle: "vain" },
  "misdirected-write": { fault: { kind: "misdirected-write", ...calls }, busy: "fired", idle: "vain" },
  "bit-rot": { fault: { kind: "bit-rot", bits: 1 }, busy: "fired", idle: "fired" },
  "device-lost": { fault: { kind: "device-lost", ...calls }, busy: "fired", idle: "vain" },
  "disk-server-crash": { fault: { kind: "disk-server-crash" }, busy: "inapplicable", idle: "inapplicable" },
  "lost-locks": { fault: { kind: "lost-locks" }, busy: "inapplicable", idle: "inapplicable" },
};

/** What is different for the server of a shared disk: it is no machine, has no connections, and nobody can wipe it. */
const ON_SHARED_DISK: Partial<Record<FaultClass, Pick<Expected, "busy" | "idle">>> = {
  wipe: { busy: "inapplicable", idle: "inapplicable" },
  // Its processes stand still with the disk: that is seen by whoever asks it something.
  pause: { busy: "fired", idle: "vain" },
  "connection-reset": { busy: "vain", idle: "vain" },
  "clock-skew": { busy: "inapplicable", idle: "inapplicable" },
  "clock-drift": { busy: "inapplicable", idle: "inapplicable" },
  "clock-step": { busy: "inapplicable", idle: "inapplicable" },
  "disk-server-crash": { busy: "fired", idle: "fired" },
  "lost-locks": { busy: "fired", idle: "fired" },
};

async function fateOf(topology: Topology, role: "primary" | "disk", fault: Fault, busy: boolean): Promise<FaultFate> {
  const world = new StruckCluster(topology, [planned(fault, { on: { role } })]);
  await world.run(async () => {
    if (busy) await world.writeUntil(150);
    else await world.until(150);
  });
  return world.fates[0] as FaultFate;
}

describe("a fault came to pass exactly when it made a difference", () => {
  test.each(Object.entries(ON_SINGLE))("%s on a node", async (_kind, { fault, busy, idle }) => {
    expect(await fateOf(single, "primary", fault, true)).toBe(busy);
    expect(await fateOf(single, "primary", fault, false)).toBe(idle);
  });

  test.each(Object.entries(ON_SINGLE))("%s on the server of a shared disk", async (kind, expected) => {
    const { busy, idle } = ON_SHARED_DISK[kind as FaultClass] ?? expected;
    expect(await fateOf(sharedDiskAsWritten, "disk", expected.fault, true)).toBe(busy);
    expect(await fateOf(sharedDiskAsWritten, "disk", expected.fault, false)).toBe(idle);
  });

  test("what happens after its end is not its doing", async () => {
    const kinds = ["clog", "slow-link", "disk-slow", "disk-full", "disk-stall", "swizzle-clog"] as const;
    const faults = kinds.map((kind, index) => planned(ON_SINGLE[kind].fault, { at: 10 + 30 * index, lasts: 20 }));
    const world = new StruckCluster(single, faults);
    await world.run(async () => {
      await world.until(300);
      expect(await world.writeUntil(400)).toBeGreaterThan(10);
    });
    expect(world.fates).toEqual(kinds.map(() => "vain"));
  });
});
