import type { RunsOfMode } from "../../../scenarios/claims/measure.ts";
import { Distribution } from "../../../scenarios/metrics/distribution.ts";
import type { RunMetrics } from "../../../scenarios/metrics/measure-run.ts";
import { MetricsTally } from "../../../scenarios/metrics/metrics-tally.ts";
import { Tally, type CountedRun } from "../../../scenarios/tally.ts";

/** What a run has of metrics, given by name. */
export function metricsOf(values: Readonly<Record<string, readonly number[]>>): RunMetrics {
  return Object.entries(values)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, numbers]) => {
      const distribution = new Distribution();
      for (const each of numbers) distribution.add(each);
      return { name, values: distribution.data };
    });
}

/** Runs of a scenario on a topology, summed up. */
export function runsOfMode(
  scenario: string,
  topology: string,
  runs: readonly (CountedRun & { readonly metrics?: RunMetrics })[],
): RunsOfMode {
  const tally = new Tally();
  const metrics = new MetricsTally();
  for (const run of runs) {
    tally.add(run);
    metrics.add(run.seed, run.metrics ?? []);
  }
  const firstSeed = Math.min(...runs.map(({ seed }) => seed));
  const { metrics: summaries, ratios } = metrics;
  return { scenario, topology, case: null, firstSeed, counts: tally.counts, metrics: summaries, ratios };
}
