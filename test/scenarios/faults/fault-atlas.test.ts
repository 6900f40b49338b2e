import { describe, expect, test } from "vitest";
import { FaultAtlas } from "../../../scenarios/faults/fault-atlas.ts";
import type { Fault } from "../../../scenarios/faults/fault.ts";
import { sharedDiskAsWritten } from "../../../topologies/shared-disk/as-written.ts";
import { bears, type FaultClass, type FaultLimit } from "../../../topologies/topology.ts";
import { planned, StruckCluster, type StruckOptions } from "../support/struck-cluster.ts";

function atlas(nodes: number, ...within: readonly [FaultClass, FaultLimit][]): FaultAtlas {
  return new FaultAtlas({ within: new Map(within) }, nodes);
}

describe("the fault atlas", () => {
  test("bears any number of a kind without a limit, and none of a kind that the model does not name", () => {
    const any = atlas(3, ["kill", "any"]);
    any.began("kill", ["a", "b"]);
    expect(any.allows("kill", ["c"])).toBe(true);
    expect(any.allows("pause", ["c"])).toBe(false);
  });

  test("bears less than half of the nodes at a time, where the limit is a minority", () => {
    for (const [nodes, most] of [
      [1, 0],
      [2, 0],
      [3, 1],
      [4, 1],
      [5, 2],
    ] as const) {
      const hosts = ["a", "b", "c", "d", "e"];
      for (let count = 1; count <= nodes; count++) {
        expect(atlas(nodes, ["kill", "minority"]).allows("kill", hosts.slice(0, count))).toBe(count <= most);
      }
    }
  });

  test("bears as many hosts at a time as a number says: whoever is struck already is none more", () => {
    const two = atlas(5, ["kill", 2], ["pause", 1]);
    two.began("kill", ["a"]);
    expect(two.allows("kill", ["a", "b"])).toBe(true);
    two.began("kill", ["b"]);
    expect(two.allows("kill", ["a"])).toBe(true);
    expect(two.allows("kill", ["c"])).toBe(false);
    // Each kind has its own count.
    expect(two.allows("pause", ["c"])).toBe(true);
    two.ended("kill", ["a"]);
    expect(two.allows("kill", ["c"])).toBe(true);
  });

  test("counts a host until the last fault that struck it has ended", () => {
    const one = atlas(3, ["kill", 1]);
    one.began("kill", ["a"]);
    one.began("kill", ["a"]);
    one.ended("kill", ["a"]);
    expect(one.allows("kill", ["b"])).toBe(false);
    one.ended("kill", ["a"]);
    expect(one.allows("kill", ["b"])).toBe(true);
  });

  test("counts lasting damage over the whole run, whichever kind it is of", () => {
    const one = atlas(3, ["bit-rot", 1], ["wipe", 1], ["disk-error", 1]);
    one.began("bit-rot", ["a"]);
    one.ended("bit-rot", ["a"]);
    expect(one.allows("bit-rot", ["a"])).toBe(true);
    expect(one.allows("bit-rot", ["b"])).toBe(false);
    // Two hosts whose data is gone are two, however they lost it.
    expect(one.allows("wipe", ["b"])).toBe(false);
    expect(one.allows("disk-error", ["b"])).toBe(true);
  });

  test("counts a minority over each set of hosts that it is told of, as they are at that moment", () => {
    let electorates: string[][] = [["a"]];
    const moving = new FaultAtlas({ within: new Map([["wipe", "minority"]]) }, 5, () => electorates);
    expect(moving.allows("wipe", ["a"])).toBe(false);
    // Of those that it does not belong to a host can take nothing away.
    expect(moving.allows("wipe", ["b", "c", "d", "e"])).toBe(true);
    electorates = [["a", "b"]];
    expect(moving.allows("wipe", ["b"])).toBe(false);
    electorates = [["a", "b", "c"]];
    expect(moving.allows("wipe", ["b"])).toBe(true);
    moving.began("wipe", ["b"]);
    expect(moving.allows("wipe", ["b"])).toBe(true);
    expect(moving.allows("wipe", ["c"])).toBe(false);
    // A change that is under way: either may come to be.
    electorates = [
      ["a", "b", "c", "d", "e"],
      ["a", "b", "c", "d"],
    ];
    expect(moving.allows("wipe", ["e"])).toBe(true);
    expect(moving.allows("wipe", ["d"])).toBe(false);
  });

  test("bears what people do, whatever it is", () => {
    expect(atlas(3).allows("operator", ["a", "b", "c"])).toBe(true);
  });
});

describe("a fault beyond the fault model", () => {
  const REPLICA = { role: "replica" } as const;
  const first: Fault = { kind: "kill" };

  async function struck(options: StruckOptions): Promise<StruckCluster> {
    const world = new StruckCluster(
      sharedDiskAsWritten,
      [
        planned(first, { at: 10, lasts: 100, on: REPLICA }),
        planned(first, { at: 20, lasts: 100, on: { ...REPLICA, choice: 1 } }),
        planned({ kind: "pause" }, { at: 30, lasts: 100 }),
        planned(first, { at: 200, lasts: 100, on: { ...REPLICA, choice: 1 } }),
      ],
      options,
    );
    await world.run(async () => {
      await world.until(60);
      expect(world.machine("replica-1").running).toBe(false);
      expect(world.machine("primary").paused).toBe(options.unbounded === true);
      await world.until(250);
      expect(world.machine("replica-2").running).toBe(false);
    });
    return world;
  }

  test("is withheld: the next that is within it strikes again", async () => {
    const world = await struck({ model: { within: new Map([["kill", 1]]) } });
    expect(world.nemesis.reports().map(({ fate, beyond }) => [fate, beyond])).toEqual([
      ["fired", false],
      // The one replica that is still up is chosen, and is one too many.
      ["withheld", false],
      ["withheld", false],
      ["fired", false],
    ]);
  });

  test("strikes all the same where the run is unbounded, and is marked", async () => {
    const world = await struck({ model: { within: new Map([["kill", 1]]) }, unbounded: true });
    expect(world.nemesis.reports().map(({ fate, beyond }) => [fate, beyond])).toEqual([
      ["fired", false],
      ["fired", true],
      ["fired", true],
      ["fired", false],
    ]);
  });

  test("does not come from a client: how many of them are struck counts against no limit", async () => {
    const on = { role: "client", choice: 0, count: 2 } as const;
    const cut = planned({ kind: "partition", shape: "from-nodes" }, { at: 10, on });
    const world = new StruckCluster(sharedDiskAsWritten, [cut, planned({ kind: "clog" }, { on })], {
      model: { within: new Map([["partition", 0]]) },
    });
    await world.run(() => world.until(50));
    // Of a kind that the model does not name at all, nobody is to be struck.
    expect(world.fates).toEqual(["vain", "withheld"]);
  });
});

test("a model that bears some kinds bears them on any number of hosts", () => {
  expect([...bears("kill", "pause").within]).toEqual([
    ["kill", "any"],
    ["pause", "any"],
  ]);
});
