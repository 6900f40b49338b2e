import { describe, expect, test } from "vitest";
import { judgeCounts, type Judgement } from "../../scenarios/agreement.ts";
import type { Expectation } from "../../scenarios/scenario.ts";
import { Tally, type CountedRun } from "../../scenarios/tally.ts";
import { holding, run, stale, vanished, violating } from "./support/counted-runs.ts";

const holds: Expectation = { kind: "holds" };
const violates: Expectation = {
  kind: "violates",
  finding: "table-vanished",
  claim: "SD-2",
  withinSeeds: 5,
  also: ["table-stale"],
};

interface Circumstances {
  readonly whole?: boolean;
  readonly firstSeed?: number;
}

function judged(expectation: Expectation, runs: readonly CountedRun[], circumstances: Circumstances = {}): Judgement {
  const tally = new Tally();
  for (const one of runs) tally.add(one);
  return judgeCounts(tally.counts, { expectation, firstSeed: 1, whole: true, ...circumstances });
}

const many = (count: number, verdict: CountedRun["verdict"] = "holds", from = 1): CountedRun[] =>
  Array.from({ length: count }, (_, index) => run(from + index, verdict));

describe("an expected violation", () => {
  test("is met when seen within its seeds", () => {
    expect(judged(violates, [violating(5, vanished)])).toEqual({ agreement: "met", problems: [] });
  });

  test("is missed after enough seeds without it, undecided before", () => {
    expect(judged(violates, many(5))).toEqual({
      agreement: "missed",
      problems: [{ kind: "not-found", finding: "table-vanished", claim: "SD-2", withinSeeds: 5 }],
    });
    expect(judged(violates, many(2))).toEqual({
      agreement: "undecided",
      problems: [{ kind: "too-few-seeds", seeds: 2, needed: 5 }],
    });
  });

  test("seen too late is missed; seeds are counted from the first one run", () => {
    const late = [...many(9), violating(10, vanished)];
    expect(judged(violates, late).agreement).toBe("missed");
    expect(judged(violates, [violating(10, vanished)], { firstSeed: 7 }).agreement).toBe("met");
  });

  test("that one shard did not see is for all of them together to judge", () => {
    expect(judged(violates, many(50), { whole: false })).toEqual({
      agreement: "undecided",
      problems: [{ kind: "one-shard-only" }],
    });
    expect(judged(violates, [violating(2, vanished)], { whole: false }).agreement).toBe("met");
  });

  test("is missed when something that nobody foresaw stands beside it, in a shard too", () => {
    for (const whole of [true, false]) {
      const { agreement, problems } = judged(violates, [violating(1, vanished, stale)], { whole });
      expect(agreement).toBe("missed");
      expect(problems).toEqual([
        { kind: "unforeseen-finding", finding: "stale-version", claim: "SD-3", seeds: 1, smallestSeed: 1 },
      ]);
    }
  });
});

describe("a promise to hold", () => {
  test("is met by runs that hold, missed by a violation, undecided without runs", () => {
    expect(judged(holds, [holding(1)]).agreement).toBe("met");
    expect(judged(holds, [violating(1, vanished)]).agreement).toBe("missed");
    expect(judged(holds, []).agreement).toBe("undecided");
    expect(judged(holds, [], { whole: false }).problems).toEqual([{ kind: "one-shard-only" }]);
  });

  test("is undecided while some runs have no verdict", () => {
    expect(judged(holds, [...many(30), run(31, "unknown")])).toEqual({
      agreement: "undecided",
      problems: [{ kind: "unknown-verdicts", runs: 1 }],
    });
  });

  test("is missed when a run could not be judged", () => {
    expect(judged(holds, [run(1, "failed")])).toEqual({
      agreement: "missed",
      problems: [{ kind: "failed-runs", runs: 1 }],
    });
  });
});

describe("what only many runs can tell", () => {
  const struck = (fired: number): CountedRun[] =>
    many(20).map((one) => ({ ...one, faults: [{ class: "kill", planned: 2, fired }] }));

  test("a class of faults that never came to pass misses", () => {
    expect(judged(holds, struck(1)).agreement).toBe("met");
    expect(judged(holds, struck(0))).toEqual({
      agreement: "missed",
      problems: [{ kind: "fault-never-fired", class: "kill", planned: 40 }],
    });
    expect(judged(holds, struck(0).slice(0, 5)).agreement).toBe("met");
  });

  test("more than 5 % excused misses", () => {
    expect(judged(holds, [...many(95), ...many(5, "excused", 96)]).agreement).toBe("met");
    expect(judged(holds, [...many(94), ...many(6, "excused", 95)])).toEqual({
      agreement: "missed",
      problems: [{ kind: "too-many-excused", excused: 6, seeds: 100 }],
    });
  });

  test("is for all shards together to judge", () => {
    expect(judged(holds, struck(0), { whole: false })).toEqual({
      agreement: "undecided",
      problems: [{ kind: "one-shard-only" }],
    });
  });
});
