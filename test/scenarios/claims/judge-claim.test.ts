import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { condition, type Claim, type Observation } from "../../../scenarios/claims/claim.ts";
import { judgeClaim, verdictOf } from "../../../scenarios/claims/judge-claim.ts";
import type { RunsOfMode } from "../../../scenarios/claims/measure.ts";
import { holding, run, vanished, violating } from "../support/counted-runs.ts";
import { metricsOf, runsOfMode } from "../support/runs-of-mode.ts";

const observation: Observation = {
  condition: condition("mounts-seldom-stale"),
  scenario: "race",
  topology: "shared",
  seeds: 4,
  measure: { of: "finding", finding: "table-vanished" },
  baseline: { topology: "single" },
  threshold: { is: "above", than: { times: 1 } },
};

function claimOf(...observations: readonly Partial<Observation>[]): Claim {
  return { id: "SD-2", words: "文件", observations: observations.map((changes) => ({ ...observation, ...changes })) };
}

const SEEDS = [1, 2, 3, 4];
const sound = runsOfMode("race", "single", SEEDS.map(holding));
const broken = runsOfMode(
  "race",
  "shared",
  SEEDS.map((seed) => (seed > 2 ? violating(seed, vanished) : holding(seed))),
);

function judged(claim: Claim, runs: readonly RunsOfMode[], whole = true) {
  const { verdict, observations } = judgeClaim(claim, runs, whole);
  return { verdict, observations: observations.map(({ outcome, reason }) => reason ?? outcome) };
}

describe("the rule", () => {
  test("all support: confirmed; none: refuted; some: qualified; one is open, or there is none: undecided", () => {
    const outcome = fc.constantFrom("supports", "contradicts", "open" as const);
    const property = fc.property(fc.array(outcome), (outcomes) => {
      const verdict = verdictOf(outcomes.map((each) => ({ outcome: each })));
      const [supports, contradicts, open] = (["supports", "contradicts", "open"] as const).map((each) =>
        outcomes.includes(each),
      );
      if (open === true || outcomes.length === 0) expect(verdict).toBe("undecided");
      else if (supports === true && contradicts === true) expect(verdict).toBe("qualified");
      else expect(verdict).toBe(supports === true ? "confirmed" : "refuted");
    });
    fc.assert(property);
  });

  test("tells what supports from what does not by figure, baseline and threshold, and names the seed", () => {
    const { verdict, observations } = judgeClaim(claimOf({}, { topology: "single" }), [sound, broken], true);
    expect(verdict).toBe("qualified");
    expect(observations).toMatchObject([
      { outcome: "supports", figure: { value: 0.5, seed: 3 }, baselineFigure: { value: 0 }, bound: 0, unit: "share" },
      { outcome: "contradicts", figure: { value: 0, seed: 1 }, bound: 0 },
    ]);
  });

  test("compares in four ways, with a value or with so many times the baseline's figure", () => {
    const slow = SEEDS.map((seed) => ({ ...holding(seed), metrics: metricsOf({ "write-latency": [200, 400] }) }));
    const quick = SEEDS.map((seed) => ({ ...holding(seed), metrics: metricsOf({ "write-latency": [100, 200] }) }));
    const runs = [runsOfMode("race", "shared", slow), runsOfMode("race", "single", quick)];
    const measure = { of: "metric", metric: "write-latency", take: "mean" } as const;
    const outcome = (threshold: Observation["threshold"]) =>
      judged(claimOf({ measure, threshold }), runs).observations[0];
    expect(outcome({ is: "above", than: { times: 2 } })).toBe("contradicts");
    expect(outcome({ is: "at-least", than: { times: 2 } })).toBe("supports");
    expect(outcome({ is: "at-most", than: { times: 2 } })).toBe("supports");
    expect(outcome({ is: "below", than: { times: 2 } })).toBe("contradicts");
    expect(outcome({ is: "above", than: { value: 299 } })).toBe("supports");
    expect(outcome({ is: "below", than: { value: 301 } })).toBe("supports");
  });
});

describe("an observation is open", () => {
  const claim = claimOf({});
  test("when its runs or its baseline's are missing, too few, or some could not be judged", () => {
    expect(judged(claim, [sound])).toEqual({ verdict: "undecided", observations: ["not-run"] });
    expect(judged(claim, [broken])).toEqual({ verdict: "undecided", observations: ["not-run"] });
    const few = runsOfMode("race", "single", [holding(1)]);
    expect(judged(claim, [broken, few]).observations).toEqual(["too-few-seeds"]);
    const failing = runsOfMode("race", "shared", [...SEEDS.map(holding), run(5, "failed")]);
    expect(judged(claim, [failing, sound]).observations).toEqual(["failed-runs"]);
  });

  test("when only a shard's runs are here, whatever they show", () => {
    expect(judged(claim, [broken, sound], false)).toEqual({ verdict: "undecided", observations: ["one-shard-only"] });
  });

  test("when no run has a value of its metric; of a family, what was never met has not happened", () => {
    const failover = { of: "metric", metric: "failover-time", take: "p50" } as const;
    expect(judged(claimOf({ measure: failover }), [broken, sound]).observations).toEqual(["no-values"]);
    const refusals = { of: "metric", metric: "reads-refused/table-missing", take: "total" } as const;
    expect(judged(claimOf({ measure: refusals }), [broken, sound]).observations).toEqual(["contradicts"]);
  });

  test("when a case of the same scenario is all that there is", () => {
    expect(judged(claim, [{ ...broken, case: "cases/x.json" }, sound]).observations).toEqual(["not-run"]);
  });
});

describe("the seed to look at", () => {
  const runs = runsOfMode(
    "race",
    "shared",
    [
      { "lost-writes": [0], "write-latency": [50, 60] },
      { "lost-writes": [3], "write-latency": [10, 70] },
      { "lost-writes": [5], "write-latency": [10, 20] },
      { "lost-writes": [5], "write-latency": [900, 901] },
    ].map((values, at) => ({ ...holding(at + 1), metrics: metricsOf(values) })),
  );
  const seedOf = (measure: Observation["measure"], is: "above" | "below") => {
    const claim = claimOf({ measure, baseline: undefined, threshold: { is, than: { value: 1 } } });
    return judgeClaim(claim, [runs], true).observations[0]?.figure;
  };

  test("is the smallest that shows a count, and the smallest with the extreme value of anything else", () => {
    expect(seedOf({ of: "metric", metric: "lost-writes", take: "total" }, "above")).toEqual({ value: 13, seed: 2 });
    expect(seedOf({ of: "metric", metric: "lost-writes", take: "shown" }, "above")).toEqual({ value: 0.75, seed: 2 });
    expect(seedOf({ of: "metric", metric: "lost-writes", take: "greatest" }, "above")).toEqual({ value: 5, seed: 3 });
    expect(seedOf({ of: "metric", metric: "write-latency", take: "p50" }, "above")?.seed).toBe(4);
    expect(seedOf({ of: "metric", metric: "write-latency", take: "p50" }, "below")?.seed).toBe(2);
    expect(seedOf({ of: "finding", finding: "lost-write" }, "above")).toEqual({ value: 0, seed: 1 });
  });
});
