import { describe, expect, test } from "vitest";
import { NodeDrain } from "../../../host/nodejs/drain.ts";
import { PARTITION_SHAPES, type PartitionShape } from "../../../scenarios/faults/fault.ts";
import { cut } from "../../../scenarios/faults/network-faults.ts";
import { SimulatedNetwork } from "../../../sim/network/network.ts";
import { Simulation } from "../../../sim/simulation.ts";

const CLIENTS = ["x", "y"];
/** a, b, c...: the servers in the order of their placement. */
const servers = (count: number): string[] => ["a", "b", "c", "d", "e"].slice(0, count);

interface Cut {
  /** The links that carry nothing: "ab" for what a sends to b. */
  readonly links: Set<string>;
  readonly fired: boolean;
  readonly firedBefore: boolean;
  /** The same once it has ended. */
  readonly after: Set<string>;
}

async function cutBy(
  shape: PartitionShape,
  subjects: readonly string[],
  count: number,
  lifted: (from: string, to: string) => boolean = () => false,
): Promise<Cut> {
  const simulation = new Simulation({ seed: "1", network: (kernel) => new SimulatedNetwork(kernel) });
  const { network } = simulation;
  const hosts = [...servers(count), ...CLIENTS];
  const lost = async (): Promise<Set<string>> => {
    const missing = new Set<string>();
    for (const from of hosts) {
      for (const to of hosts) {
        if (from === to) continue;
        missing.add(from + to);
        network.carry(from, to, 10, () => missing.delete(from + to));
      }
    }
    await simulation.run({ drain: new NodeDrain() });
    return missing;
  };
  expect(await lost()).toEqual(new Set());
  const effect = cut(network, shape, subjects, { servers: servers(count), clients: CLIENTS }, lifted);
  const firedBefore = effect.fired();
  const links = await lost();
  const fired = effect.fired();
  effect.end();
  return { links, fired, firedBefore, after: await lost() };
}

/** Every link in both directions between any of some hosts and any of others. */
function between(some: string, others: string): string[] {
  return Array.from(some).flatMap((one) =>
    Array.from(others).flatMap((other) => (one === other ? [] : [one + other, other + one])),
  );
}

/** Every link from any of some hosts to any of others. */
function from(some: string, others: string): string[] {
  return Array.from(some).flatMap((one) => Array.from(others).map((other) => one + other));
}

/** What each shape is to cut around b of so many servers (a, when it is alone). */
const EXPECTED: Readonly<Record<PartitionShape, Readonly<Record<1 | 2 | 3 | 5, string[]>>>> = {
  isolate: {
    1: between("a", "xy"),
    2: between("b", "axy"),
    3: between("b", "acxy"),
    5: between("b", "acdexy"),
  },
  "from-nodes": { 1: [], 2: between("b", "a"), 3: between("b", "ac"), 5: between("b", "acde") },
  "from-clients": {
    1: between("a", "xy"),
    2: between("b", "xy"),
    3: between("b", "xy"),
    5: between("b", "xy"),
  },
  incoming: { 1: from("xy", "a"), 2: from("axy", "b"), 3: from("acxy", "b"), 5: from("acdexy", "b") },
  outgoing: { 1: from("a", "xy"), 2: from("b", "axy"), 3: from("b", "acxy"), 5: from("b", "acdexy") },
  // The subject and whoever is placed next to it, up to a minority.
  halves: { 1: [], 2: between("b", "a"), 3: between("b", "ac"), 5: between("bc", "dea") },
  bridge: { 1: [], 2: between("b", "a"), 3: between("c", "a"), 5: between("cd", "ea") },
  // Of five, the two on the other side are out of sight; of three, everybody.
  ring: {
    1: [],
    2: between("b", "a"),
    3: [...between("b", "ac"), ...between("a", "c")],
    5: [...between("a", "cd"), ...between("b", "de"), ...between("c", "e")],
  },
};

describe.each(PARTITION_SHAPES)("a partition of the shape %s", (shape) => {
  test.each([1, 2, 3, 5] as const)("cuts of %i servers what it says, until it ends", async (count) => {
    const subject = count === 1 ? "a" : "b";
    const { links, fired, firedBefore, after } = await cutBy(shape, [subject], count);
    expect([...links].sort()).toEqual([...new Set(EXPECTED[shape][count])].sort());
    expect(firedBefore).toBe(false);
    expect(fired).toBe(links.size > 0);
    expect(after).toEqual(new Set());
  });

  test("is lifted where it no longer counts, and nowhere else", async () => {
    const core = new Set(["a", "b", "d", ...CLIENTS]);
    const { links } = await cutBy(shape, ["b"], 5, (sender, receiver) => core.has(sender) && core.has(receiver));
    const rest = EXPECTED[shape][5].filter(([sender = "", receiver = ""]) => !core.has(sender) || !core.has(receiver));
    expect([...links].sort()).toEqual([...new Set(rest)].sort());
  });

  test("around a client cuts the client, and no server from another", async () => {
    for (const count of [1, 3, 5]) {
      const { links } = await cutBy(shape, ["x"], count);
      expect(links.size).toBeGreaterThan(0);
      for (const link of links) expect(link).toContain("x");
    }
  });
});

test("a partition around several cuts each of them, and not them from each other where it speaks of others", async () => {
  expect([...(await cutBy("from-nodes", ["a", "b"], 5)).links].sort()).toEqual(between("ab", "cde").sort());
  expect([...(await cutBy("from-clients", ["a", "b"], 5)).links].sort()).toEqual(between("ab", "xy").sort());
  expect([...(await cutBy("isolate", ["a", "b"], 3)).links].sort()).toEqual(
    [...new Set([...between("a", "bcxy"), ...between("b", "acxy")])].sort(),
  );
});
