import { describe, expect, test } from "vitest";
import { MILLISECOND } from "../../../host/time.ts";
import type { Fault, FaultSubject } from "../../../scenarios/faults/fault.ts";
import { activationsOf } from "../../../scenarios/faults/activation.ts";
import type { FaultFate } from "../../../scenarios/faults/strike.ts";
import { everMeant, hostsOf, type Population } from "../../../scenarios/faults/subjects.ts";
import { sharedDiskAsWritten } from "../../../topologies/shared-disk/as-written.ts";
import { single } from "../../../topologies/single/single.ts";
import { bears, type NodeState, type Topology } from "../../../topologies/topology.ts";
import { planned, StruckCluster } from "../support/struck-cluster.ts";

const KILL: Fault = { kind: "kill" };

describe("a fault that waits for a change", () => {
  test("strikes while one is on its way, a moment after it was asked for", async () => {
    const world = new StruckCluster(single, [planned(KILL, { at: 20.3, duringWrite: true })]);
    const primary = world.machine("primary");
    await world.run(async () => {
      await world.until(200);
      // Time has come, and nobody has asked for anything.
      expect(primary.running).toBe(true);
      expect(world.fates).toEqual(["not-due"]);
      const write = world.succeeds({ op: "write", key: "k", value: "v" });
      await world.until(205);
      expect(primary.running).toBe(false);
      await write;
    });
    const began = world.trace.records.find(({ data }) => data.kind === "fault-began");
    const asked = world.trace.records.find(({ data }) => data.kind === "message-sent");
    expect(began?.time).toBeGreaterThanOrEqual(asked?.time ?? Infinity);
    expect((began?.time ?? 0) - (asked?.time ?? 0)).toBeLessThan(4 * MILLISECOND);
  });

  test("strikes once, however many changes there are, and not before its time", async () => {
    const world = new StruckCluster(single, [planned({ kind: "pause" }, { at: 50, lasts: 10, duringWrite: true })]);
    await world.run(async () => {
      await world.writeUntil(45);
      expect(world.trace.records.some(({ data }) => data.kind === "host-paused")).toBe(false);
      await world.writeUntil(300);
    });
    expect(world.trace.records.filter(({ data }) => data.kind === "host-paused")).toHaveLength(1);
    expect(world.fates).toEqual(["fired"]);
  });
});

test("a fault that struck tells whom, from when to when, and whether it was a primary", async () => {
  const faults = [
    planned(KILL, { at: 20, lasts: 30 }),
    planned({ kind: "pause" }, { at: 30, lasts: 1000, on: { role: "client", choice: 0 } }),
    planned(KILL, { at: 5000 }),
  ];
  const world = new StruckCluster(single, faults);
  let start = 0;
  await world.run(async () => {
    start = world.simulation.kernel.now;
    await world.until(100);
  });
  const [kill, pause, later] = world.nemesis.reports().map(({ strike }) => strike);
  const at = (milliseconds: number): number => start + milliseconds * MILLISECOND;
  expect(kill).toEqual({ hosts: ["primary"], primary: true, from: at(20), to: at(50) });
  expect(pause).toEqual({ hosts: ["client-1"], primary: false, from: at(30), to: Infinity });
  expect(later).toBeUndefined();
});

describe("whom a fault strikes", () => {
  const up = (role: NodeState["role"]): NodeState => ({ ready: true, role, fields: {} });
  const population: Population = {
    nodes: ["a", "b", "c"],
    clients: ["x", "y"],
    roles: [
      {
        role: "leader",
        holders: (nodes) => [...nodes].filter(([, { role }]) => role === "leader").map(([host]) => host),
        whenVacant: "primary",
      },
      { role: "primary", holders: (nodes) => [...nodes.keys()].slice(0, 1), whenVacant: "nobody" },
      { role: "replica", holders: () => [], whenVacant: "nobody" },
      { role: "disk", holders: () => ["d"], whenVacant: "nobody" },
    ],
    states: () => states,
  };
  let states: ReadonlyMap<string, NodeState> = new Map();
  const struck = (role: FaultSubject["role"], choice = 0, count?: number): string[] =>
    hostsOf({ role, choice, ...(count === undefined ? {} : { count }) }, population);

  test("is taken modulo how many there are, and as many from there on as it says", () => {
    expect(struck("node", 4)).toEqual(["b"]);
    expect(struck("node", 2, 2)).toEqual(["a", "c"]);
    expect(struck("node", 1, 9)).toEqual(["a", "b", "c"]);
    expect(struck("client", 3)).toEqual(["y"]);
  });

  test("is who holds the role then, else who stands in, else nobody", () => {
    states = new Map([
      ["a", up("none")],
      ["b", up("leader")],
    ]);
    expect(struck("leader")).toEqual(["b"]);
    states = new Map([["a", up("none")]]);
    expect(struck("leader")).toEqual(["a"]);
    states = new Map();
    expect(struck("leader")).toEqual([]);
    expect(struck("replica")).toEqual([]);
    expect(struck("coordinator")).toEqual([]);
  });

  test("can ever be any node for a role that nodes hold, and the holder alone for one that is held for good", () => {
    const meant = (role: FaultSubject["role"]) => everMeant({ role, choice: 0 }, population);
    expect(meant("leader")).toEqual(["a", "b", "c"]);
    expect(meant("disk")).toEqual(["d"]);
    expect(meant("client")).toEqual(["x", "y"]);
    expect(meant("coordinator")).toEqual([]);
  });
});

describe("what becomes of a fault", () => {
  const ROT: Fault = { kind: "bit-rot", bits: 1 };
  const cases: readonly [string, Topology, Fault, Partial<FaultSubject>, FaultFate][] = [
    ["of a role that the topology does not have", single, KILL, { role: "leader" }, "inapplicable"],
    ["of a role that another stands in for", single, ROT, { role: "disk" }, "fired"],
    ["of the disk of nodes that have none of their own", sharedDiskAsWritten, ROT, { role: "primary" }, "inapplicable"],
    ["of the disk of any node there", sharedDiskAsWritten, ROT, { role: "node", count: 3 }, "inapplicable"],
    ["of the disk that they share", sharedDiskAsWritten, ROT, { role: "disk" }, "fired"],
    ["of a machine's wipe, where it has no disk", sharedDiskAsWritten, { kind: "wipe" }, {}, "inapplicable"],
    ["of a shared disk's locks, whoever it is addressed to", sharedDiskAsWritten, { kind: "lost-locks" }, {}, "fired"],
    ["of a client's process", single, KILL, { role: "client" }, "inapplicable"],
    ["of a client's disk", single, ROT, { role: "client" }, "inapplicable"],
    ["of a client's clock", single, { kind: "clock-drift", ppm: 5 }, { role: "client" }, "fired"],
    ["of a client that stands still", single, { kind: "pause" }, { role: "client", choice: 1 }, "fired"],
    ["of an operator's step that nobody knows", single, { kind: "operator", action: "split" }, {}, "inapplicable"],
  ];

  test.each(cases)("%s", async (_what, topology, fault, on, fate) => {
    const world = new StruckCluster(topology, [planned(fault, { on })]);
    await world.run(() => world.until(200));
    expect(world.fates).toEqual([fate]);
  });

  test("for a role that nobody holds when its time comes: it strikes in vain", async () => {
    const world = new StruckCluster(single, [
      planned(KILL, { at: 10, lasts: 100 }),
      planned({ kind: "pause" }, { at: 50, lasts: 10 }),
      planned({ kind: "clock-drift", ppm: 5 }, { at: 60, lasts: 10 }),
    ]);
    await world.run(() => world.until(200));
    expect(world.fates).toEqual(["fired", "vain", "vain"]);
  });

  test("for a machine that is down: its disk can be struck, its process cannot, and it stays down until its time", async () => {
    const on = { role: "node" } as const;
    const world = new StruckCluster(single, [
      planned(KILL, { at: 10, lasts: 100, on }),
      planned({ kind: "power-loss" }, { at: 20, lasts: 10, on }),
      planned({ kind: "pause" }, { at: 20, lasts: 10, on }),
      planned(ROT, { at: 30, lasts: 10, on }),
      planned({ kind: "connection-reset" }, { at: 30, lasts: 10, on }),
    ]);
    await world.run(async () => {
      await world.until(60);
      expect(world.machine("primary").running).toBe(false);
      await world.until(200);
      // With what has rotted it may not have got far.
      expect(world.machine("primary").incarnation).toBe(2);
    });
    expect(world.fates).toEqual(["fired", "vain", "vain", "fired", "vain"]);
  });

  test("that its run did not get to, is that its time did not come", async () => {
    const world = new StruckCluster(single, [planned(KILL, { at: 10 }), planned(KILL, { at: 500 })]);
    await world.run(() => world.until(200));
    expect(world.fates).toEqual(["fired", "not-due"]);
  });

  test("is summed by kind, of those that were meant to strike", async () => {
    const world = new StruckCluster(
      single,
      [
        planned(KILL, { at: 10, lasts: 20 }),
        planned(KILL, { at: 15, lasts: 5 }),
        planned({ kind: "lost-locks" }),
        planned({ kind: "pause" }, { at: 150 }),
        planned({ kind: "clog" }, { at: 900 }),
      ],
      { model: bears("kill", "clog") },
    );
    await world.run(() => world.until(200));
    expect(world.fates).toEqual(["fired", "vain", "inapplicable", "withheld", "not-due"]);
    expect(activationsOf(world.nemesis.reports())).toEqual([
      { class: "kill", planned: 2, fired: 1 },
      { class: "clog", planned: 1, fired: 0 },
    ]);
  });
});

test("a client that is a fault's subject suffers it, and others do not", async () => {
  const client = { role: "client", choice: 1 } as const;
  const world = new StruckCluster(single, [
    planned({ kind: "partition", shape: "isolate" }, { at: 50, on: client }),
    planned({ kind: "slow-link", latency: 5 * MILLISECOND }, { at: 200, on: client }),
    planned({ kind: "clog" }, { at: 350, on: client }),
    planned({ kind: "pause" }, { at: 350, on: client }),
    planned({ kind: "clock-skew", microseconds: 1_000_000 }, { at: 350, on: client }),
  ]);
  const [first, second] = [world.machine("client-1"), world.machine("client-2")];
  const skew = (): number => second.clock.wall() - first.clock.wall();
  await world.run(async () => {
    await world.until(60);
    expect(await world.reaches("client-2", "primary")).toBe(false);
    expect(await world.reaches("primary", "client-2")).toBe(false);
    expect(await world.reaches("client-1", "primary")).toBe(true);
    await world.until(210);
    expect(await world.carry("client-2", "primary")).toBeGreaterThan(4 * MILLISECOND);
    expect(await world.carry("client-1", "primary")).toBeLessThan(MILLISECOND);
    await world.until(360);
    expect(second.paused).toBe(true);
    expect(skew()).toBe(1_000_000);
    expect(await world.reaches("client-2", "primary")).toBe(false);
    await world.until(500);
    expect(second.paused).toBe(false);
    expect(skew()).toBe(0);
    expect(await world.reaches("client-2", "primary")).toBe(true);
  });
  expect(world.fates).toEqual(["fired", "fired", "fired", "fired", "fired"]);
});
