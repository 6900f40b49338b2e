import type { Metric, MetricGroup } from "./metric.ts";

/** A metric whose values nodes, or people at work on them, trace: one line for each. */
interface TracedMetric extends Metric {
  /** The kind of the event. */
  readonly event: string;
  /** The event's field that has the value. Without it the events are counted: a value for each run. */
  readonly field?: string;
}

const TRACED: readonly TracedMetric[] = [
  { name: "operator-steps", unit: "count", better: "lower", event: "operator-done" },
  { name: "operator-refusals", unit: "count", better: undefined, event: "operator-refused" },
];

/** What is told by trace events. */
export const traced: MetricGroup = {
  metrics: TRACED,
  observes: TRACED.map(({ event }) => event),
  measure({ observed }, add) {
    const counts = new Map(TRACED.filter(({ field }) => field === undefined).map(({ name }) => [name, 0]));
    const byEvent = new Map<string, TracedMetric[]>();
    for (const each of TRACED) byEvent.set(each.event, [...(byEvent.get(each.event) ?? []), each]);
    for (const { data } of observed) {
      for (const { name, field } of byEvent.get(data.kind) ?? []) {
        const value = field === undefined ? undefined : data[field];
        if (field === undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
        else if (typeof value === "number") add(name, value);
      }
    }
    for (const [name, count] of counts) add(name, count);
  },
};
