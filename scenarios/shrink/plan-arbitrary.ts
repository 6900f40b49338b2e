import fc from "fast-check";
import { drawPlan } from "../draw-plan.ts";
import type { Plan } from "../plan.ts";
import type { Scenario } from "../scenario.ts";
import { itemsOf, withItems } from "./items.ts";
import { coarseSimplifications, fineSimplifications } from "./simplifications.ts";

/** Salts under which each smaller plan is tried, beside its own. */
const SALTS = [1, 2, 3];
const LARGEST_SEED = 0x7fff_ffff;

/**
 * The plans of a scenario on a topology, for property tests: drawn from seeds as always, and shrunk by leaving out what
 * they do. A counterexample's plan is complete in itself: save it as a case, or run it with `runPlan`.
 */
export function planArbitrary(scenario: Scenario, topology: string): fc.Arbitrary<Plan> {
  return new PlanArbitrary(scenario, topology);
}

class PlanArbitrary extends fc.Arbitrary<Plan> {
  private readonly scenario: Scenario;
  private readonly topology: string;

  constructor(scenario: Scenario, topology: string) {
    super();
    this.scenario = scenario;
    this.topology = topology;
  }

  override generate(random: fc.Random): fc.Value<Plan> {
    const seed = random.nextInt(1, LARGEST_SEED);
    return new fc.Value(drawPlan(this.scenario, this.topology, seed), undefined);
  }

  override canShrinkWithoutContext(value: unknown): value is Plan {
    return typeof value === "object" && value !== null && "clients" in value && "faults" in value;
  }

  override shrink(plan: Plan): fc.Stream<fc.Value<Plan>> {
    return new fc.Stream(smallerPlans(plan)).map((smaller) => new fc.Value(smaller, undefined));
  }
}

/**
 * Plans that are simpler as a whole, which less work brings to their limits; then those with less in them, the least first,
 * each under several salts; then those that are simpler in one thing.
 */
function* smallerPlans(plan: Plan): Generator<Plan> {
  yield* coarseSimplifications(plan);
  const items = itemsOf(plan);
  for (let length = Math.ceil(items.length / 2); length >= 1; length = Math.floor(length / 2)) {
    for (let start = 0; start < items.length; start += length) {
      const smaller = withItems(plan, [...items.slice(0, start), ...items.slice(start + length)]);
      yield smaller;
      for (const salt of SALTS) if (salt !== plan.salt) yield { ...smaller, salt };
    }
  }
  yield* fineSimplifications(plan);
}
