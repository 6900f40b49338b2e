import * as v from "valibot";
import { COMPARISONS } from "../scenarios/claims/claim.ts";
import { OPEN_REASONS, type JudgedClaim } from "../scenarios/claims/judge-claim.ts";
import { TAKES, type FigureUnit, type Measure } from "../scenarios/claims/measure.ts";
import type { ComparisonTable } from "../scenarios/comparison-table.ts";
import type { FindingKind } from "../scenarios/scenario.ts";

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const figureValue = v.pipe(v.number(), v.finite(), v.minValue(0));

const list = <const Item extends v.GenericSchema>(item: Item) => v.pipe(v.array(item), v.readonly());

/** A sentence to be said in the reader's language. */
const message = v.strictObject({ id: v.string(), params: v.record(v.string(), v.union([v.string(), v.number()])) });

/** Any word: a report of another build may have kinds that this one does not know. */
const findingKind = v.custom<FindingKind>((input) => typeof input === "string", "Expected a kind of finding");

const measure = v.variant("of", [
  v.strictObject({ of: v.literal("finding"), finding: findingKind }),
  v.strictObject({ of: v.literal("metric"), metric: v.string(), take: v.picklist(TAKES) }),
  v.strictObject({ of: v.literal("ratio"), ratio: v.string() }),
]) satisfies v.GenericSchema<unknown, Measure>;

const unit = v.picklist(["ns", "bytes", "count", "share", "per-second"]) satisfies v.GenericSchema<unknown, FigureUnit>;

const figure = v.strictObject({ value: figureValue, seed: count });

const verdict = v.picklist(["confirmed", "qualified", "refuted"]);

const observation = v.strictObject({
  condition: message,
  scenario: v.string(),
  topology: v.string(),
  awaits: v.optional(v.string()),
  seeds: count,
  measure,
  baseline: v.optional(v.strictObject({ topology: v.string(), scenario: v.optional(v.string()) })),
  threshold: v.strictObject({
    is: v.picklist(COMPARISONS),
    than: v.union([v.strictObject({ value: figureValue }), v.strictObject({ times: figureValue })]),
  }),
  unit,
  figure: v.nullable(figure),
  baselineFigure: v.nullable(figure),
  bound: v.nullable(figureValue),
  outcome: v.picklist(["supports", "contradicts", "open"]),
  reason: v.nullable(v.picklist(OPEN_REASONS)),
});

/** A claim with its verdict: see scenarios/claims/judge-claim.ts. */
export const claimSchema = v.strictObject({
  id: v.string(),
  words: v.string(),
  literature: v.optional(verdict),
  expected: v.optional(verdict),
  observations: list(observation),
  verdict: v.picklist(["confirmed", "qualified", "refuted", "undecided"]),
}) satisfies v.GenericSchema<unknown, JudgedClaim>;

/** A comparison of topologies: see scenarios/comparison-table.ts. */
export const tableSchema = v.strictObject({
  title: message,
  scenario: v.string(),
  topologies: list(v.string()),
  measures: list(measure),
  units: list(unit),
  cells: list(list(v.nullable(figureValue))),
}) satisfies v.GenericSchema<unknown, ComparisonTable>;
