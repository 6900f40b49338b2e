import { metricOf, ratios } from "./catalogue.ts";
import { Distribution } from "./distribution.ts";
import type { RunMetrics } from "./measure-run.ts";
import type { Ratio, Unit } from "./metric.ts";

/** A value and the smallest seed whose run has it. */
export interface SeededValue {
  readonly value: number;
  readonly seed: number;
}

/** A metric over many runs: plain data. Quantiles are by nearest rank, at most 1.6 % off. */
export interface MetricSummary {
  readonly name: string;
  readonly unit: Unit;
  /** Runs that have a value of it. */
  readonly runs: number;
  /** Values, of all runs together. */
  readonly count: number;
  readonly mean: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly least: SeededValue;
  readonly greatest: SeededValue;
  /** The smallest seed whose run has a value above 0; null when none has. */
  readonly shownBy: number | null;
  /** How many runs have a value above 0. */
  readonly shown: number;
  /** As of {@link DistributionData}: what merging needs. */
  readonly sum: [number, number];
  readonly buckets: string;
}

/** A ratio over many runs. */
export interface RatioSummary {
  readonly name: string;
  readonly unit: Ratio["unit"];
  readonly value: number;
}

interface Tallied {
  readonly values: Distribution;
  runs: number;
  least: SeededValue;
  greatest: SeededValue;
  shownBy: number | null;
  shown: number;
}

/** Puts the metrics of many runs together, in whatever order they come, in memory that does not grow with their number. */
export class MetricsTally {
  private readonly tallied = new Map<string, Tallied>();

  add(seed: number, metrics: RunMetrics): void {
    for (const { name, values } of metrics) {
      const { count, min, max } = values;
      // The ends of nothing are no run's.
      if (count === 0) continue;
      const shown = max > 0 ? { shownBy: seed, shown: 1 } : { shownBy: null, shown: 0 };
      this.merge([{ name, runs: 1, least: { value: min, seed }, greatest: { value: max, seed }, ...shown, ...values }]);
    }
  }

  /** Adds what another tally has of other seeds. @throws DistributionError for what none has */
  merge(
    summaries: readonly Pick<
      MetricSummary,
      "name" | "runs" | "count" | "least" | "greatest" | "shownBy" | "shown" | "sum" | "buckets"
    >[],
  ): void {
    for (const { name, runs, count, least, greatest, shownBy, shown, sum, buckets } of summaries) {
      let known = this.tallied.get(name);
      if (known === undefined) {
        known = { values: new Distribution(), runs: 0, least, greatest, shownBy, shown: 0 };
        this.tallied.set(name, known);
      }
      known.values.merge({ count, sum, min: least.value, max: greatest.value, buckets });
      known.runs += runs;
      known.shown += shown;
      known.least = first(known.least, least, known.least.value - least.value);
      known.greatest = first(known.greatest, greatest, greatest.value - known.greatest.value);
      if (shownBy !== null) known.shownBy = Math.min(shownBy, known.shownBy ?? Infinity);
    }
  }

  /** By name. */
  get metrics(): MetricSummary[] {
    return [...this.tallied]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, { values, runs, least, greatest, shownBy, shown }]) => {
        const { count, sum, buckets } = values.data;
        const quantile = (share: number): number => values.quantile(share) ?? 0;
        return {
          name,
          unit: metricOf(name)?.unit ?? "count",
          runs,
          count,
          mean: rounded(values.mean),
          p50: quantile(0.5),
          p90: quantile(0.9),
          p99: quantile(0.99),
          least,
          greatest,
          shownBy,
          shown,
          sum,
          buckets,
        };
      });
  }

  /** Those whose divisor is not 0, in the order of the catalogue. */
  get ratios(): RatioSummary[] {
    const sumOf = (name: string): number => this.tallied.get(name)?.values.sum ?? 0;
    return [...ratios.values()].flatMap(({ name, unit, of, to }) => {
      const divisor = sumOf(to);
      if (divisor === 0) return [];
      const scale = unit === "per-second" ? 1_000_000_000 : 1;
      return [{ name, unit, value: rounded((sumOf(of) / divisor) * scale, 1_000_000) }];
    });
  }
}

/** The one that comes first: by `order`, then by seed. */
function first(known: SeededValue, other: SeededValue, order: number): SeededValue {
  return order > 0 || (order === 0 && other.seed < known.seed) ? other : known;
}

/** As many digits as somebody may want to read. */
function rounded(value: number, to = 1_000): number {
  return Math.round(value * to) / to;
}
