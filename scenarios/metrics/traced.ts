import type { Metric, MetricGroup } from "./metric.ts";

/** A metric whose values nodes, or people at work on them, trace: one line for each. */
interface TracedMetric extends Metric {
  /** The kinds of the events. */
  readonly events: readonly string[];
  /** The event's field that has the value. Without it the events are counted: a value for each run. */
  readonly field?: string;
  /** Events with this value in this field are left out. */
  readonly unless?: { readonly field: string; readonly is: string };
}

const TRACED: readonly TracedMetric[] = [
  {
    name: "operator-steps",
    unit: "count",
    better: "lower",
    events: ["operator-done", "operator-step"],
    // A person who can do nothing yet has done nothing.
    unless: { field: "step", is: "waits" },
  },
  { name: "operator-refusals", unit: "count", better: undefined, events: ["operator-refused"] },
  // What a primary knows of each replica, every so often, on its own clock: PostgreSQL's write_lag, flush_lag, replay_lag.
  { name: "write-lag", unit: "ns", better: "lower", events: ["replication-lag"], field: "write" },
  { name: "flush-lag", unit: "ns", better: "lower", events: ["replication-lag"], field: "flush" },
  { name: "replay-lag", unit: "ns", better: "lower", events: ["replication-lag"], field: "replay" },
  { name: "write-lag-bytes", unit: "bytes", better: "lower", events: ["replication-lag"], field: "writeBytes" },
  { name: "flush-lag-bytes", unit: "bytes", better: "lower", events: ["replication-lag"], field: "flushBytes" },
  { name: "replay-lag-bytes", unit: "bytes", better: "lower", events: ["replication-lag"], field: "replayBytes" },
  { name: "full-syncs", unit: "count", better: "lower", events: ["full-sync-installed"] },
  { name: "rewinds", unit: "count", better: undefined, events: ["rewound"] },
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
      for (const { name, events, field, unless } of TRACED) {
        if (!events.includes(data.kind) || (unless !== undefined && data[unless.field] === unless.is)) continue;
        const value = field === undefined ? undefined : data[field];
        if (field === undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
        else if (typeof value === "number") add(name, value);
      }
    }
    for (const [name, count] of counts) add(name, count);
  },
};
