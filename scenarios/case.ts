import * as v from "valibot";
import type { Plan } from "./plan.ts";
import { describeIssue, parsePlan, PlanShapeError } from "./plan-schema.ts";

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
  readonly shows: { readonly finding: string; readonly claim?: string };
  /** Of the run of that build. */
  readonly fingerprint: string;
  readonly plan: Plan;
}

const caseSchema = v.strictObject({
  schema: v.literal(CASE_SCHEMA),
  build: v.pipe(v.string(), v.maxLength(100)),
  shows: v.strictObject({
    finding: v.pipe(v.string(), v.maxLength(100)),
    claim: v.exactOptional(v.pipe(v.string(), v.maxLength(100))),
  }),
  fingerprint: v.pipe(v.string(), v.maxLength(100)),
  plan: v.unknown(),
});

/** A case from outside, checked. @throws PlanShapeError naming the place in it, and what is wrong there */
export function parseCase(input: unknown): Case {
  const result = v.safeParse(caseSchema, input);
  if (!result.success) throw new PlanShapeError(`not a case: ${describeIssue(result.issues[0])}`);
  return { ...result.output, plan: parsePlan(result.output.plan) };
}
