import type { Operation } from "../../checkers/history.ts";
import type { FaultReport } from "../faults/strike.ts";
import { withScansAsReads } from "../judge/register-view.ts";
import type { WorkloadKind } from "../plan.ts";
import { Distribution, DistributionError, type DistributionData } from "./distribution.ts";
import { METRIC_GROUPS } from "./catalogue.ts";
import type { MeasuredRun } from "./metric.ts";

/** The values that one run has of a metric. */
export interface MeasuredMetric {
  readonly name: string;
  readonly values: DistributionData;
}

/** What was measured of one run, by name: plain data. A metric that the run has no value of is not there. */
export type RunMetrics = readonly MeasuredMetric[];

/** What a run left behind. */
export interface RunRemains extends Omit<MeasuredRun, "all" | "registers" | "sets" | "strikes"> {
  /** What clients and the verifier did. */
  readonly operations: readonly Operation[];
  /** The kind of workload of each process in the history. */
  readonly processes: readonly WorkloadKind[];
  readonly faults: readonly FaultReport[];
}

/** Measures a run that is over. */
export function measureRun({ operations: all, processes, faults, ...rest }: RunRemains): RunMetrics {
  const of = (workload: WorkloadKind): Operation[] => all.filter(({ process }) => processes[process] === workload);
  const run: MeasuredRun = {
    ...rest,
    operations: all.filter(({ process }) => process < rest.firstVerifier),
    all,
    registers: withScansAsReads(of("register")),
    sets: of("set"),
    strikes: faults.flatMap(({ planned, strike }) =>
      strike === undefined ? [] : [{ kind: planned.fault.kind, ...strike }],
    ),
  };
  const measured = new Map<string, Distribution>();
  const add = (metric: string, value: number): void => {
    let values = measured.get(metric);
    if (values === undefined) measured.set(metric, (values = new Distribution()));
    try {
      values.add(value);
    } catch (error) {
      if (!(error instanceof DistributionError)) throw error;
      throw new DistributionError(`${metric}: ${error.message}`);
    }
  };
  for (const group of METRIC_GROUPS) group.measure(run, add);
  return [...measured]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, distribution]) => ({ name, values: distribution.data }));
}
