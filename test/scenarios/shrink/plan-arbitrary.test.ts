import fc from "fast-check";
import { expect, test } from "vitest";
import { NodeDrain } from "../../../host/nodejs/drain.ts";
import { scenarios } from "../../../scenarios/catalogue.ts";
import type { Plan } from "../../../scenarios/plan.ts";
import { parsePlan } from "../../../scenarios/plan-schema.ts";
import { runPlan } from "../../../scenarios/run-plan.ts";
import type { Scenario } from "../../../scenarios/scenario.ts";
import { planArbitrary } from "../../../scenarios/shrink/plan-arbitrary.ts";
import { planSize } from "../../../scenarios/shrink/plan-size.ts";

const race = planArbitrary(scenarios.get("compaction-race") as Scenario, "shared-disk:as-written");
const register = planArbitrary(scenarios.get("register") as Scenario, "single");

test("plans are drawn by a scenario, a different one each time, the same for the same seed of the property", () => {
  const [first, again] = [fc.sample(race, { seed: 5, numRuns: 20 }), fc.sample(race, { seed: 5, numRuns: 20 })];
  expect(again).toEqual(first);
  expect(new Set(first.map(({ seed }) => seed)).size).toBe(20);
  for (const plan of first) expect(parsePlan(plan)).toEqual(plan);
});

test("a counterexample is shrunk to the least that fails, and the shrinking ends", () => {
  for (const [arbitrary, holds, least] of [
    [race, (plan: Plan) => plan.clients.every(({ steps }) => steps.length < 4), 4],
    [register, (plan: Plan) => plan.faults.length < 2, 2],
    // What holds for no plan leaves nothing: without an order among simplifications this would go on for ever.
    [register, () => false, 0],
  ] as const) {
    const details = fc.check(fc.property(arbitrary, holds), { seed: 1, numRuns: 200 });
    expect(details.failed).toBe(true);
    expect(planSize(details.counterexample?.[0] as Plan)).toBe(least);
  }
});

test("the document's compaction race is found, and shrunk to a few operations, within some hundred runs", async () => {
  let runs = 0;
  const vanished = async (plan: Plan): Promise<boolean> => {
    runs++;
    const { findings } = await runPlan(plan, { drain: new NodeDrain(), maxEvents: 100_000 });
    return findings.some(({ kind }) => kind === "table-vanished");
  };
  // A property's shrinking has no bound of its own: from here on nothing fails any more.
  const most = 250;
  const details = await fc.check(
    fc.asyncProperty(race, async (plan) => runs >= most || !(await vanished(plan))),
    { seed: 1, numRuns: 100 },
  );
  const plan = details.counterexample?.[0] as Plan;
  expect(details.failed).toBe(true);
  expect(planSize(plan)).toBeLessThanOrEqual(25);
  // It is complete in itself: from a file it shows the same.
  expect(await vanished(parsePlan(JSON.parse(JSON.stringify(plan))))).toBe(true);
});
