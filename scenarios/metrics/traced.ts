import type { Metric, MetricGroup } from "./metric.ts";

/** A metric whose values nodes, or people at work on them, trace: one line for each. */
interface TracedMetric extends Metric {
  /** The kinds of the events. */
  readonly events: readonly string[];
  /** The event's field that has the value. Without it the events are counted: a value for each run. */
  readonly field?: string;
}

const TRACED: readonly TracedMetric[] = [
  { name: "operator-steps", unit: "count", better: "lower", events: ["operator-done", "operator-step"] },
  { name: "operator-refusals", unit: "count", better: undefined, events: ["operator-refused"] },
  { name: "incomplete-manifests", unit: "count", better: "lower", events: ["manifest-incomplete"] },
  { name: "changes-noticed", unit: "count", better: undefined, events: ["change-noticed"] },
];

/** What is told by trace events. */
export const traced: MetricGroup = {
  metrics: TRACED,
  observes: TRACED.flatMap(({ events }) => events),
  measure({ observed }, add) {
    const counts = new Map(TRACED.filter(({ field }) => field === undefined).map(({ name }) => [name, 0]));
    for (const { data } of observed) {
      for (const { name, events, field } of TRACED) {
        if (!events.includes(data.kind)) continue;
        const value = field === undefined ? undefined : data[field];
        if (field === undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
        else if (typeof value === "number") add(name, value);
      }
    }
    for (const [name, count] of counts) add(name, count);
  },
};
