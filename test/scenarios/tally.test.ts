import { describe, expect, test } from "vitest";
import type { Expectation } from "../../scenarios/scenario.ts";
import { Tally, type CountedRun } from "../../scenarios/tally.ts";

const vanished = { kind: "table-vanished", claim: "SD-2" } as const;
const stale = { kind: "stale-version", claim: "SD-3" } as const;
const violates: Expectation = {
  kind: "violates",
  finding: "table-vanished",
  claim: "SD-2",
  withinSeeds: 5,
  also: ["table-stale"],
};

function tallied(...runs: CountedRun[]): Tally {
  const tally = new Tally();
  for (const run of runs) tally.add(run);
  return tally;
}

const holding = (seed: number): CountedRun => ({ seed, verdict: "holds", findings: [] });
const violating = (seed: number, ...findings: CountedRun["findings"]): CountedRun => ({
  seed,
  verdict: "violated",
  findings,
});

describe("a tally", () => {
  test("counts seeds by what they found, whatever order they come in", () => {
    const tally = tallied(violating(9, vanished), holding(2), violating(4, vanished, stale));
    expect([tally.seeds, tally.holding, tally.violating]).toEqual([3, 1, 2]);
    expect(tally.findings).toEqual([
      { ...vanished, seeds: 2, smallestSeed: 4 },
      { ...stale, seeds: 1, smallestSeed: 4 },
    ]);
  });

  test("an expected violation is met when seen, missed after enough seeds without it, undecided before", () => {
    expect(tallied(violating(1, vanished)).agreement(violates)).toBe("met");
    expect(tallied(holding(1), holding(2)).agreement(violates)).toBe("undecided");
    expect(tallied(...[1, 2, 3, 4, 5].map(holding)).agreement(violates)).toBe("missed");
  });

  test("a finding that nobody foresaw misses the expectation, also beside the expected one", () => {
    expect(tallied(violating(1, vanished, stale)).agreement(violates)).toBe("missed");
    expect(tallied(violating(1, vanished)).agreement({ kind: "holds" })).toBe("missed");
    expect(tallied(holding(1)).agreement({ kind: "holds" })).toBe("met");
    expect(tallied().agreement({ kind: "holds" })).toBe("undecided");
  });

  test("a run that could not be judged never meets an expectation", () => {
    expect(tallied({ seed: 1, verdict: "failed", findings: [] }).agreement({ kind: "holds" })).toBe("missed");
  });
});
