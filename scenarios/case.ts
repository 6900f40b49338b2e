import * as v from "valibot";
import { scenarios } from "./catalogue.ts";
import type { Plan } from "./plan.ts";
import { checkVersion, describeIssue, parsePlan, PlanShapeError } from "./plan-schema.ts";
import { FINDING_KINDS, type Expectation, type FindingKind } from "./scenario.ts";

/** Version of the shape of {@link Case}. */
export const CASE_SCHEMA = 1;

/**
 * A plan worth keeping, with what it showed. Seeds die when code changes: what they draw is another plan then. A case has
 * the plan itself, and lives.
 */
export interface Case {
  readonly schema: typeof CASE_SCHEMA;
  /** The build that wrote it. */
  readonly build: string;
  /** What the plan shows. */
  readonly shows: { readonly finding: FindingKind; readonly claim?: string };
  /** Of the run of that build. */
  readonly fingerprint: string;
  readonly plan: Plan;
}

const caseSchema = v.strictObject({
  schema: v.literal(CASE_SCHEMA),
  build: v.pipe(v.string(), v.maxLength(100)),
  shows: v.strictObject({
    finding: v.picklist(FINDING_KINDS),
    claim: v.exactOptional(v.pipe(v.string(), v.maxLength(100))),
  }),
  fingerprint: v.pipe(v.string(), v.maxLength(100)),
  plan: v.unknown(),
});

/** A case from outside, checked. @throws PlanShapeError naming the place in it, and what is wrong there */
export function parseCase(input: unknown): Case {
  // A plan has a schema as well: only what has a plan of its own is a case of another build.
  if (typeof input === "object" && input !== null && "plan" in input) checkVersion("case", input, CASE_SCHEMA);
  const result = v.safeParse(caseSchema, input);
  if (!result.success) throw new PlanShapeError(`not a case: ${describeIssue(result.issues[0])}`);
  return { ...result.output, plan: parsePlan(result.output.plan) };
}

/** What a case is run for: that it still shows what it was kept for. What else it shows is not its matter. */
export function expectationOf({ shows, plan }: Case): Expectation {
  const foreseen = scenarios.get(plan.scenario)?.expectations.get(plan.topology);
  const also = foreseen?.kind === "violates" ? [foreseen.finding, ...foreseen.also] : [];
  return { kind: "violates", finding: shows.finding, claim: shows.claim, withinSeeds: 1, also };
}
