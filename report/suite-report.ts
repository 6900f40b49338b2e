import * as v from "valibot";
import type { Problem } from "../scenarios/agreement.ts";
import { COLUMN_IDS } from "./comparison/columns.ts";
import { claimSchema, tableSchema } from "./claims-schema.ts";
import { Distribution, DistributionError } from "../scenarios/metrics/distribution.ts";
import type { MetricSummary, RatioSummary } from "../scenarios/metrics/metrics-tally.ts";
import type { FindingKind } from "../scenarios/scenario.ts";

/** Version of the shape of `report.json`; raised whenever an old report would be read differently. */
export const REPORT_SCHEMA = 2;

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const seconds = v.pipe(v.number(), v.minValue(0));
/** Any word: a report of another build may have kinds that this one does not know. */
const findingKind = v.custom<FindingKind>((input) => typeof input === "string", "Expected a kind of finding");
const claim = v.optional(v.string());

const expectation = v.variant("kind", [
  v.strictObject({ kind: v.literal("holds") }),
  v.strictObject({
    kind: v.literal("violates"),
    finding: findingKind,
    claim,
    withinSeeds: count,
    also: v.array(findingKind),
  }),
]);

const counts = v.strictObject({
  seeds: count,
  verdicts: v.strictObject({ holds: count, violated: count, excused: count, unknown: count, failed: count }),
  findings: v.array(
    v.strictObject({ kind: findingKind, claim, seeds: count, smallestSeed: count, fingerprint: v.string() }),
  ),
  faults: v.array(v.strictObject({ class: v.string(), planned: count, fired: count })),
});

const problem = v.variant("kind", [
  v.strictObject({ kind: v.literal("failed-runs"), runs: count }),
  v.strictObject({
    kind: v.literal("unforeseen-finding"),
    finding: v.string(),
    claim,
    seeds: count,
    smallestSeed: count,
  }),
  v.strictObject({ kind: v.literal("not-found"), finding: findingKind, claim, withinSeeds: count }),
  v.strictObject({ kind: v.literal("fault-never-fired"), class: v.string(), planned: count }),
  v.strictObject({ kind: v.literal("too-many-excused"), excused: count, seeds: count }),
  v.strictObject({ kind: v.literal("unknown-verdicts"), runs: count }),
  v.strictObject({ kind: v.literal("too-few-seeds"), seeds: count, needed: count }),
  v.strictObject({ kind: v.literal("one-shard-only") }),
]) satisfies v.GenericSchema<unknown, Problem>;

const seededValue = v.strictObject({ value: count, seed: count });
const measured = v.pipe(v.number(), v.finite(), v.minValue(0));

/** A metric over all runs of an entry: see scenarios/metrics/metrics-tally.ts. */
const metric = v.pipe(
  v.strictObject({
    name: v.string(),
    unit: v.picklist(["ns", "bytes", "count"]),
    runs: count,
    count,
    mean: measured,
    p50: measured,
    p90: measured,
    p99: measured,
    least: seededValue,
    greatest: seededValue,
    shownBy: v.nullable(count),
    shown: count,
    sum: v.tuple([count, count]),
    buckets: v.string(),
  }),
  v.check(isDistribution, "sum and buckets are no distribution's"),
) satisfies v.GenericSchema<unknown, MetricSummary>;

const ratio = v.strictObject({
  name: v.string(),
  unit: v.picklist(["share", "per-second", "bytes", "count"]),
  value: measured,
}) satisfies v.GenericSchema<unknown, RatioSummary>;

const findings = v.array(v.strictObject({ kind: findingKind, claim }));

/** One run, for who wants to see each seed: see report/comparison/. */
const run = v.strictObject({
  seed: count,
  verdict: v.picklist(["holds", "violated", "excused", "unknown", "failed"]),
  findings,
  fingerprint: v.string(),
  /** What it came to in each column of a comparison. */
  values: v.record(v.picklist(COLUMN_IDS), measured),
});

const entry = v.strictObject({
  scenario: v.string(),
  topology: v.string(),
  /** The file of a case; null for seeds. */
  case: v.nullable(v.string()),
  expectation,
  firstSeed: count,
  /** Seeds planned, over all shards; null: as many as the time allows. */
  planned: v.nullable(count),
  counts,
  agreement: v.picklist(["met", "undecided", "missed"]),
  problems: v.array(problem),
  /** Runs that violated what nobody foresaw, or failed: those with the smallest seeds. */
  unexpected: v.array(
    v.strictObject({
      seed: count,
      verdict: v.picklist(["violated", "failed"]),
      findings,
      fingerprint: v.string(),
      /** Why a failed run could not be judged. */
      message: v.nullable(v.string()),
    }),
  ),
  /** Seeds that ran differently the second time. */
  nondeterministic: v.array(
    v.strictObject({ seed: count, fingerprints: v.array(v.string()), divergence: v.nullable(v.string()) }),
  ),
  /** What was measured, by name; of runs that failed, nothing is. */
  metrics: v.array(metric),
  /** Sums of two metrics, one divided by the other. */
  ratios: v.array(ratio),
  /** Every run, by seed, where they were asked for. */
  runs: v.exactOptional(v.array(run)),
});

const suiteReport = v.strictObject({
  format: v.literal("faultline-report"),
  schema: v.literal(REPORT_SCHEMA),
  build: v.string(),
  /** null: a scenario alone. */
  suite: v.nullable(v.string()),
  options: v.strictObject({
    /** The scenario that was asked for, by name or file; null for a suite. */
    scenario: v.nullable(v.string()),
    /** Hash of the scenario's file; null when it is one of the build's. */
    scenarioHash: v.nullable(v.string()),
    topology: v.nullable(v.string()),
    /** In place of the suite's own number. */
    seeds: v.nullable(count),
    firstSeed: count,
    /** Seconds after which no new seed was begun. */
    time: v.nullable(seconds),
    bail: v.boolean(),
  }),
  /** The part of the suite that this report is about; null: all of it. */
  shard: v.nullable(v.strictObject({ index: count, of: count })),
  /** Why no more seeds were run. */
  ended: v.picklist(["complete", "time", "bail", "interrupted"]),
  verdict: v.picklist(["as-expected", "unexpected", "undecided", "failed"]),
  entries: v.array(entry),
  /** The claims of the ledger all of whose runs are among the entries. Of a shard they are undecided. */
  claims: v.array(claimSchema),
  /** Comparisons that the suite has. */
  tables: v.array(tableSchema),
  /** What differs from one run to the next, and nothing else in the report does. */
  timings: v.strictObject({
    startedAt: v.string(),
    seconds,
    workers: count,
    /** Time that worker threads spent on each entry. */
    entrySeconds: v.array(seconds),
  }),
});

function isDistribution({ count, sum, least, greatest, buckets }: MetricSummary): boolean {
  try {
    Distribution.of({ count, sum, min: least.value, max: greatest.value, buckets });
    return true;
  } catch (error) {
    if (error instanceof DistributionError) return false;
    throw error;
  }
}

/** What a run of a suite, or of a scenario alone, came to: the content of `report.json`. */
export type SuiteReport = v.InferOutput<typeof suiteReport>;
export type SuiteReportEntry = v.InferOutput<typeof entry>;
export type UnexpectedRun = SuiteReportEntry["unexpected"][number];
export type ListedRun = NonNullable<SuiteReportEntry["runs"]>[number];
export type NondeterministicSeed = SuiteReportEntry["nondeterministic"][number];

/** A text is no report that this build can read. */
export class ReportFormatError extends Error {
  override readonly name = "ReportFormatError";
}

/**
 * Reads a report back.
 *
 * @param input what JSON.parse made of it
 * @throws ReportFormatError that names the first place that is not as it should be
 */
export function readSuiteReport(input: unknown): SuiteReport {
  const schema = v.safeParse(v.looseObject({ format: v.literal("faultline-report"), schema: v.number() }), input);
  if (!schema.success) throw new ReportFormatError("it is no report of faultline");
  if (schema.output.schema !== REPORT_SCHEMA) {
    throw new ReportFormatError(
      `it has schema ${schema.output.schema}, and this build reads ${REPORT_SCHEMA}: read it with the build that wrote it`,
    );
  }
  const parsed = v.safeParse(suiteReport, input);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw new ReportFormatError(`${v.getDotPath(issue) ?? "the whole"}: ${issue.message}`);
}

/** The report without its timings: the same for the same build, suite and seeds, however many workers or shards ran it. */
export function deterministicPart({ timings: _, ...rest }: SuiteReport): Omit<SuiteReport, "timings"> {
  return rest;
}
