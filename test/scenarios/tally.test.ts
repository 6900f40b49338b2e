import { expect, test } from "vitest";
import type { Expectation } from "../../scenarios/scenario.ts";
import { isUnexpected, Tally, worstFinding, type CountedRun } from "../../scenarios/tally.ts";
import { holding, run, stale, vanished, violating } from "./support/counted-runs.ts";

function tallied(...runs: CountedRun[]): Tally {
  const tally = new Tally();
  for (const one of runs) tally.add(one);
  return tally;
}

test("seeds are counted by what they found, whatever order they come in", () => {
  const runs = [violating(9, vanished), holding(2), violating(4, vanished, stale), run(5, "failed")];
  const { counts } = tallied(...runs);
  expect(counts.seeds).toBe(4);
  expect(counts.verdicts).toEqual({ holds: 1, violated: 2, excused: 0, unknown: 0, failed: 1 });
  expect(counts.findings).toEqual([
    { ...vanished, seeds: 2, smallestSeed: 4, fingerprint: "print-4" },
    { ...stale, seeds: 1, smallestSeed: 4, fingerprint: "print-4" },
  ]);
  expect(tallied(...[...runs].reverse()).counts).toEqual(counts);
});

test("what an excused run showed is not counted as found", () => {
  const { counts } = tallied({ ...violating(1, vanished), verdict: "excused" });
  expect(counts.findings).toEqual([]);
  expect(counts.verdicts.excused).toBe(1);
});

test("faults are summed by class", () => {
  const kill = { class: "kill", planned: 2, fired: 1 };
  const rot = { class: "bit-rot", planned: 1, fired: 0 };
  const { counts } = tallied({ ...holding(1), faults: [kill, rot] }, { ...holding(2), faults: [kill] });
  expect(counts.faults).toEqual([rot, { class: "kill", planned: 4, fired: 2 }]);
});

test("tallies of parts, merged in any order, are the tally of the whole", () => {
  const kill = { class: "kill", planned: 1, fired: 1 };
  const runs = Array.from({ length: 40 }, (_, index): CountedRun => {
    const seed = ((index * 7) % 40) + 1;
    if (seed % 5 === 0) return violating(seed, stale, vanished);
    return { ...(seed % 3 === 0 ? violating(seed, vanished) : holding(seed)), faults: [kill] };
  });
  const whole = tallied(...runs).counts;
  for (const parts of [2, 3, 40]) {
    const merged = new Tally();
    for (let part = parts - 1; part >= 0; part--) {
      merged.merge(tallied(...runs.filter(({ seed }) => seed % parts === part)).counts);
    }
    expect(JSON.stringify(merged.counts)).toBe(JSON.stringify(whole));
  }
});

test("the finding to look at first is what nobody foresaw, then what the scenario is about", () => {
  const expectation: Expectation = {
    kind: "violates",
    finding: "stale-version",
    claim: "SD-3",
    withinSeeds: 5,
    also: ["table-vanished"],
  };
  const odd = { kind: "node-crashed", claim: undefined } as const;
  const { counts } = tallied(violating(1, vanished), violating(2, vanished), violating(3, stale));
  expect(worstFinding(counts, expectation)?.smallestSeed).toBe(3);
  expect(worstFinding(tallied(violating(7, odd), violating(1, stale)).counts, expectation)?.smallestSeed).toBe(7);
  expect(worstFinding(counts, { kind: "holds" })?.smallestSeed).toBe(1);
  expect(isUnexpected(violating(1, vanished), expectation)).toBe(false);
  expect(isUnexpected(violating(1, odd), expectation)).toBe(true);
  expect(isUnexpected(run(1, "failed"), expectation)).toBe(true);
  expect(isUnexpected(run(1, "unknown"), expectation)).toBe(false);
});
