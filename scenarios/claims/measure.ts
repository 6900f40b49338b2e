import { metricOf, ratios } from "../metrics/catalogue.ts";
import type { Ratio, Unit } from "../metrics/metric.ts";
import type { MetricSummary, RatioSummary } from "../metrics/metrics-tally.ts";
import type { FindingKind } from "../scenario.ts";
import type { Counts } from "../tally.ts";

/**
 * What is taken of a metric's values over all runs: their mean, a quantile, an end, their sum, or the share of runs that have
 * a value above 0.
 */
export const TAKES = ["mean", "p50", "p90", "p99", "least", "greatest", "total", "shown"] as const;

export type Take = (typeof TAKES)[number];

/** How one figure comes of the runs of a scenario on a topology. Plain data. */
export type Measure =
  /** The share of runs that showed a finding of the kind. */
  | { readonly of: "finding"; readonly finding: FindingKind }
  | { readonly of: "metric"; readonly metric: string; readonly take: Take }
  | { readonly of: "ratio"; readonly ratio: string };

export type FigureUnit = Unit | Ratio["unit"];

/** A figure, and the seed to look at for it. */
export interface Figure {
  readonly value: number;
  /**
   * Of a finding, a sum or a share: the smallest whose run shows it. Of other figures: the smallest whose run has the
   * greatest value, or the least for a figure that is expected to be low. Where no run shows anything, the first of all.
   */
  readonly seed: number;
}

/** What the runs of a scenario on a topology came to. */
export interface RunsOfMode {
  readonly scenario: string;
  readonly topology: string;
  /** The file of a case; null for seeds. */
  readonly case: string | null;
  readonly firstSeed: number;
  readonly counts: Pick<Counts, "seeds" | "verdicts" | "findings">;
  readonly metrics: readonly MetricSummary[];
  readonly ratios: readonly RatioSummary[];
}

/** What a measure's figures are counted in. */
export function unitOf(measure: Measure): FigureUnit {
  switch (measure.of) {
    case "finding":
      return "share";
    case "metric":
      return measure.take === "shown" ? "share" : (metricOf(measure.metric)?.unit ?? "count");
    case "ratio":
      return ratios.get(measure.ratio)?.unit ?? "count";
  }
}

/**
 * The figure that runs come to.
 *
 * @param low whether it is low values that would show what is looked for
 * @returns undefined when no run has a value to make it of
 */
export function figureOf(measure: Measure, runs: RunsOfMode, low = false): Figure | undefined {
  const { counts, firstSeed } = runs;
  if (counts.seeds === 0) return undefined;
  switch (measure.of) {
    case "finding": {
      // The same kind may be put down to several claims.
      const found = counts.findings.filter(({ kind }) => kind === measure.finding);
      const seeds = found.reduce((sum, finding) => sum + finding.seeds, 0);
      const smallest = Math.min(...found.map(({ smallestSeed }) => smallestSeed));
      return { value: rounded(seeds / counts.seeds), seed: found.length === 0 ? firstSeed : smallest };
    }
    case "metric": {
      const metric = runs.metrics.find(({ name }) => name === measure.metric);
      if (metric !== undefined) return figureOfMetric(metric, measure.take, runs, low);
      // Of a family, what was never met has not happened.
      return measure.metric.includes("/") ? { value: 0, seed: firstSeed } : undefined;
    }
    case "ratio": {
      const ratio = runs.ratios.find(({ name }) => name === measure.ratio);
      if (ratio === undefined) return undefined;
      const of = runs.metrics.find(({ name }) => name === ratios.get(measure.ratio)?.of);
      return { value: ratio.value, seed: (low ? of?.least.seed : of?.greatest.seed) ?? firstSeed };
    }
  }
}

function figureOfMetric(metric: MetricSummary, take: Take, { counts, firstSeed }: RunsOfMode, low: boolean): Figure {
  const { least, greatest, shown, shownBy, sum } = metric;
  switch (take) {
    case "total":
      return { value: sum[0] * 2 ** 50 + sum[1], seed: shownBy ?? firstSeed };
    case "shown":
      return { value: rounded(shown / counts.seeds), seed: shownBy ?? firstSeed };
    case "least":
      return least;
    case "greatest":
      return greatest;
    default:
      return { value: metric[take], seed: greatest.value === 0 ? firstSeed : low ? least.seed : greatest.seed };
  }
}

function rounded(share: number): number {
  return Math.round(share * 1_000_000) / 1_000_000;
}
