import { Distribution, type DistributionData } from "./distribution.ts";
import { METRIC_GROUPS } from "./catalogue.ts";
import type { MeasuredRun } from "./metric.ts";

/** The values that one run has of a metric. */
export interface MeasuredMetric {
  readonly name: string;
  readonly values: DistributionData;
}

/** What was measured of one run, by name: plain data. A metric that the run has no value of is not there. */
export type RunMetrics = readonly MeasuredMetric[];

/** Measures a run that is over. */
export function measureRun(run: MeasuredRun): RunMetrics {
  const measured = new Map<string, Distribution>();
  const add = (metric: string, value: number): void => {
    let values = measured.get(metric);
    if (values === undefined) measured.set(metric, (values = new Distribution()));
    values.add(value);
  };
  for (const group of METRIC_GROUPS) group.measure(run, add);
  return [...measured]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, distribution]) => ({ name, values: distribution.data }));
}
