import type { RunMetrics } from "../../scenarios/metrics/measure-run.ts";
import { COLUMNS, evaluate, type ColumnId } from "./columns.ts";

/** What one run came to in each column; columns that it has no value for are not there. */
export type RunValues = Partial<Record<ColumnId, number>>;

/** Values of one run, for a dot in a chart. */
export function runValues(metrics: RunMetrics): RunValues {
  const byName = new Map(metrics.map(({ name, values }) => [name, values]));
  const source = { runs: 1, distributionOf: (name: string) => byName.get(name) };
  const values: RunValues = {};
  for (const { id, formula } of COLUMNS) {
    const value = evaluate(formula, source);
    if (value !== undefined) values[id] = Math.round(value * 1_000_000) / 1_000_000;
  }
  return values;
}
