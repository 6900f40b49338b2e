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
  // As primaries see each of their replicas, once a second: time from the primary's flush of an entry until it heard of it.
  { name: "write-lag", unit: "ns", better: "lower", events: ["replication-lag"], field: "write" },
  { name: "flush-lag", unit: "ns", better: "lower", events: ["replication-lag"], field: "flush" },
  { name: "replay-lag", unit: "ns", better: "lower", events: ["replication-lag"], field: "replay" },
  { name: "replay-lag-bytes", unit: "bytes", better: "lower", events: ["replication-lag"], field: "replayBytes" },
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
