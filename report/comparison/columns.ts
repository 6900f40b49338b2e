import { Distribution, type DistributionData } from "../../scenarios/metrics/distribution.ts";
import type { FigureUnit } from "../../scenarios/claims/measure.ts";

export const KIBIBYTE = 1024;

/** What a report compares designs by. */
export const COLUMN_IDS = [
  "lost-writes",
  "answered-in-faults",
  "recovery",
  "write-p50",
  "write-p99",
  "read-p50",
  "read-p99",
  "bytes-per-operation",
  "operator-steps",
  "parts",
] as const;

export type ColumnId = (typeof COLUMN_IDS)[number];

/** How a figure comes of metrics, of one run or of many: see scenarios/metrics/catalogue.ts. */
export type Formula =
  /** The sum of all values. */
  | { readonly kind: "sum"; readonly of: string }
  /** The sum of all values divided by the number of runs. */
  | { readonly kind: "per-run"; readonly of: string }
  /** Sums of some metrics divided by sums of others. */
  | { readonly kind: "quotient"; readonly of: readonly string[]; readonly to: readonly string[] }
  /** The value that a share of all values, of all runs together, is not above. */
  | { readonly kind: "quantile"; readonly of: string; readonly share: number };

export interface Column {
  readonly id: ColumnId;
  readonly unit: FigureUnit;
  readonly better: "lower" | "higher";
  readonly formula: Formula;
}

/** The columns of a comparison, in order. Their titles are the messages `column-ID`, their definitions `define-ID`. */
export const COLUMNS: readonly Column[] = [
  { id: "lost-writes", unit: "count", better: "lower", formula: { kind: "sum", of: "lost-writes" } },
  {
    id: "answered-in-faults",
    unit: "share",
    better: "higher",
    formula: {
      kind: "quotient",
      of: ["reads-in-faults-answered", "writes-in-faults-answered"],
      to: ["reads-in-faults", "writes-in-faults"],
    },
  },
  { id: "recovery", unit: "ns", better: "lower", formula: { kind: "quantile", of: "failover-time", share: 0.5 } },
  { id: "write-p50", unit: "ns", better: "lower", formula: { kind: "quantile", of: "write-latency", share: 0.5 } },
  { id: "write-p99", unit: "ns", better: "lower", formula: { kind: "quantile", of: "write-latency", share: 0.99 } },
  { id: "read-p50", unit: "ns", better: "lower", formula: { kind: "quantile", of: "read-latency", share: 0.5 } },
  { id: "read-p99", unit: "ns", better: "lower", formula: { kind: "quantile", of: "read-latency", share: 0.99 } },
  {
    id: "bytes-per-operation",
    unit: "bytes",
    better: "lower",
    formula: { kind: "quotient", of: ["network-bytes", "disk-bytes-written"], to: ["operations-ok"] },
  },
  { id: "operator-steps", unit: "count", better: "lower", formula: { kind: "per-run", of: "operator-steps" } },
  { id: "parts", unit: "count", better: "lower", formula: { kind: "per-run", of: "design-parts" } },
];

/** Metrics by name, of one run or of many, as a formula needs them. */
export interface MetricSource {
  readonly runs: number;
  /** undefined where no run has a value. */
  distributionOf(metric: string): DistributionData | undefined;
}

/** @returns undefined where the metrics that it needs have no value */
export function evaluate(formula: Formula, source: MetricSource): number | undefined {
  switch (formula.kind) {
    case "sum":
      return sumOf(formula.of, source);
    case "per-run": {
      const sum = sumOf(formula.of, source);
      return sum === undefined || source.runs === 0 ? undefined : sum / source.runs;
    }
    case "quotient": {
      const divisor = totalOf(formula.to, source);
      return divisor === 0 ? undefined : totalOf(formula.of, source) / divisor;
    }
    case "quantile": {
      const data = source.distributionOf(formula.of);
      return data === undefined ? undefined : Distribution.of(data).quantile(formula.share);
    }
  }
}

function totalOf(names: readonly string[], source: MetricSource): number {
  return names.reduce((total, name) => total + (sumOf(name, source) ?? 0), 0);
}

function sumOf(name: string, source: MetricSource): number | undefined {
  const data = source.distributionOf(name);
  return data === undefined ? undefined : Distribution.of(data).sum;
}
