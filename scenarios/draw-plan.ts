import { NamedStream } from "../sim/random.ts";
import { PLAN_SCHEMA, type Plan } from "./plan.ts";
import type { Scenario } from "./scenario.ts";

/**
 * Draws the plan of a seed. The topology has no part in the draws, so that the same seed puts every topology into the same
 * situation.
 */
export function drawPlan(scenario: Scenario, topology: string, seed: number): Plan {
  const drawn = scenario.plan((purpose) => new NamedStream(`${seed}/plan/${scenario.name}/${purpose}`));
  const plan: Plan = { schema: PLAN_SCHEMA, scenario: scenario.name, topology, seed, faults: [], ...drawn };
  // As it would come from a file: what a scenario gives twice is two things, each to be struck or left out by itself.
  return JSON.parse(JSON.stringify(plan)) as Plan;
}
