import type { Metric, MetricGroup } from "./metric.ts";

/** A metric that nodes tell in their state: of each run, the greatest sum over all nodes at one time. One line for each. */
interface HeldMetric extends Metric {
  /** The field of the state. */
  readonly field: string;
}

const HELD: readonly HeldMetric[] = [
  // Bytes of files that are kept for readers alone: the database itself has replaced them.
  { name: "pinned-bytes", unit: "bytes", better: "lower", field: "pinnedBytes" },
];

/** The fields of nodes' states that are looked at. */
export const HELD_FIELDS: readonly string[] = HELD.map(({ field }) => field);

/** What is told by nodes' states. */
export const held: MetricGroup = {
  metrics: HELD,
  measure({ states }, add) {
    for (const { name, field } of HELD) {
      const peak = states.peakOf(field);
      if (peak !== undefined) add(name, peak);
    }
  },
};
