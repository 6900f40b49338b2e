import { describe, expect, test } from "vitest";
import { scenarios, topologyNamed } from "../../scenarios/catalogue.ts";
import { drawSeeds, modesOf, SuiteError, type Suite } from "../../scenarios/suite.ts";
import { raftScenarios } from "../../scenarios/raft/all.ts";
import { sharedDiskScenarios } from "../../scenarios/shared-disk/all.ts";
import { suites } from "../../scenarios/suites.ts";
import { walStreamScenarios } from "../../scenarios/wal-stream/all.ts";

test("every suite names what there is, and each mode once", () => {
  for (const suite of suites.values()) {
    const modes = modesOf(suite, scenarios);
    expect(modes.length).toBeGreaterThan(0);
    for (const { topology } of modes) expect(topologyNamed(topology)?.id).toBe(topology);
  }
});

/** What is about one design is run by that design's own suite; what of it is telling, by all. */
const OF_ONE_DESIGN: ReadonlySet<string> = new Set(
  [...sharedDiskScenarios, ...walStreamScenarios, ...raftScenarios].map(({ name }) => name),
);

test("suite ci runs every scenario that is not about one design on every topology, and gives each expected violation the seeds it needs", () => {
  const ci = suites.get("ci") as Suite;
  const modes = modesOf(ci, scenarios);
  const general = [...scenarios.values()].filter(({ name }) => !OF_ONE_DESIGN.has(name));
  const all = general.flatMap((scenario) =>
    [...scenario.expectations.keys()].map((topology) => `${scenario.name} ${topology}`),
  );
  const run = modes.filter(({ scenario }) => !OF_ONE_DESIGN.has(scenario.name));
  expect(run.map(({ scenario, topology }) => `${scenario.name} ${topology}`)).toEqual(all);
  for (const { expectation, seeds } of modes) {
    if (expectation.kind === "violates") expect(seeds).toBeGreaterThanOrEqual(expectation.withinSeeds);
  }
});

test("the suites of designs run what is about them on every topology of which it foresees something, long enough", () => {
  const modes = ["shared-disk", "wal-stream", "raft"].flatMap((name) => modesOf(suites.get(name) as Suite, scenarios));
  for (const { expectation, seeds } of modes) {
    if (expectation.kind === "violates") expect(seeds).toBeGreaterThanOrEqual(expectation.withinSeeds);
  }
  const run = new Set(modes.map(({ scenario, topology }) => `${scenario.name} ${topology}`));
  const foreseen = [...sharedDiskScenarios, ...walStreamScenarios, ...raftScenarios].flatMap((scenario) =>
    [...scenario.expectations.keys()].map((topology) => `${scenario.name} ${topology}`),
  );
  expect(foreseen.filter((mode) => !run.has(mode))).toEqual([]);
});

test("of a suite that hunts, only the hunts get as many seeds as a user asks for", () => {
  const entry = (scenario: string, hunt?: boolean) => ({
    ...{ scenario, topologies: ["single"], seeds: 1 },
    ...(hunt === undefined ? {} : { hunt }),
  });
  const fixed = (...entries: Suite["entries"]) =>
    modesOf({ name: "test", summary: "", entries, cases: [] }, scenarios).map((mode) => mode.fixed);
  expect(fixed(entry("register"), entry("bank"))).toEqual([false, false]);
  expect(fixed(entry("register", true), entry("bank"))).toEqual([false, true]);
});

test("a suite that names what there is not, or one mode twice, is refused", () => {
  const suite = (entries: Suite["entries"]): Suite => ({ name: "test", summary: "", entries, cases: [] });
  const refused = (entries: Suite["entries"]) => expect(() => modesOf(suite(entries), scenarios));
  refused([{ scenario: "compaction-rase", seeds: 1 }]).toThrow(SuiteError);
  refused([{ scenario: "compaction-race", topologies: ["raft"], seeds: 1 }]).toThrow("does not run on raft");
  const entry = { scenario: "compaction-race", topologies: ["single"], seeds: 1 };
  refused([entry, entry]).toThrow("has compaction-race on single twice");
  const [mode] = modesOf(suite([{ ...entry, expectation: { kind: "holds" } }]), scenarios);
  expect(mode?.expectation).toEqual({ kind: "holds" });
});

describe("seeds are drawn", () => {
  const drawn = (...parameters: Parameters<typeof drawSeeds>) =>
    [...drawSeeds(...parameters)].map(({ mode, seed }) => `${mode}:${seed}`);

  test("in rounds over the modes, from the first seed on", () => {
    expect(drawn([3, 1, 2], 7, undefined)).toEqual(["0:7", "1:7", "2:7", "0:8", "2:8", "0:9"]);
  });

  test("so that shards share every mode evenly, each seed once", () => {
    const counts = [10, 7, 4];
    for (const of of [1, 2, 3, 4, 5]) {
      const shards = Array.from({ length: of }, (_, index) => drawn(counts, 1, { index: index + 1, of }));
      expect(shards.flat().sort()).toEqual(drawn(counts, 1, undefined).sort());
      for (const [mode, count] of counts.entries()) {
        for (const shard of shards) {
          const own = shard.filter((one) => one.startsWith(`${mode}:`)).length;
          expect(Math.abs(own - count / of)).toBeLessThan(1);
        }
      }
    }
  });

  test("without end, when something else ends the run", () => {
    const endless = drawSeeds([Infinity, Infinity], 1, { index: 2, of: 2 })[Symbol.iterator]();
    const seen = Array.from({ length: 4 }, () => endless.next().value as unknown);
    expect(seen).toEqual([
      { mode: 1, seed: 1 },
      { mode: 0, seed: 2 },
      { mode: 1, seed: 3 },
      { mode: 0, seed: 4 },
    ]);
  });
});
