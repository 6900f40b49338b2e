import { answers } from "./answers.ts";
import { availability } from "./availability.ts";
import { costs } from "./costs.ts";
import { design } from "./design.ts";
import { durability } from "./durability.ts";
import { latency } from "./latency.ts";
import type { Metric, MetricGroup, Ratio } from "./metric.ts";
import { scans } from "./scans.ts";
import { sharedFiles } from "./shared-files.ts";
import { staleness } from "./staleness.ts";
import { traced } from "./traced.ts";
import { upgrades } from "./upgrades.ts";

/** Everything that is measured of a run. */
export const METRIC_GROUPS: readonly MetricGroup[] = [
  latency,
  answers,
  availability,
  staleness,
  scans,
  sharedFiles,
  durability,
  costs,
  design,
  traced,
  upgrades,
];

/** Every metric, by name; families by the name that ends in "/". */
const metrics: ReadonlyMap<string, Metric> = new Map(
  METRIC_GROUPS.flatMap((group) => group.metrics.map((metric) => [metric.name, metric] as const)),
);

/** Every ratio, by name. */
export const ratios: ReadonlyMap<string, Ratio> = new Map(
  (
    [
      { name: "read-availability", unit: "share", better: "higher", of: "reads-answered", to: "reads" },
      { name: "write-availability", unit: "share", better: "higher", of: "writes-answered", to: "writes" },
      { name: "read-unavailability", unit: "share", better: "lower", of: "reads-unanswered", to: "reads" },
      { name: "write-unavailability", unit: "share", better: "lower", of: "writes-unanswered", to: "writes" },
      {
        name: "read-availability-in-faults",
        unit: "share",
        better: "higher",
        of: "reads-in-faults-answered",
        to: "reads-in-faults",
      },
      {
        name: "write-availability-in-faults",
        unit: "share",
        better: "higher",
        of: "writes-in-faults-answered",
        to: "writes-in-faults",
      },
      { name: "stale-read-share", unit: "share", better: "lower", of: "stale-reads", to: "reads-ok" },
      {
        name: "stale-replica-read-share",
        unit: "share",
        better: "lower",
        of: "stale-replica-reads",
        to: "replica-reads-ok",
      },
      {
        name: "printed-order-failure-share",
        unit: "share",
        better: "lower",
        of: "opens-before-deletion-failed",
        to: "opens-before-deletion",
      },
      { name: "stale-scan-share", unit: "share", better: "lower", of: "stale-scans", to: "scans" },
      { name: "throughput", unit: "per-second", better: "higher", of: "operations-ok", to: "busy-time" },
      { name: "read-throughput", unit: "per-second", better: "higher", of: "reads-ok", to: "read-time" },
      { name: "write-throughput", unit: "per-second", better: "higher", of: "writes-ok", to: "write-time" },
      { name: "network-bytes-per-write", unit: "bytes", better: "lower", of: "network-bytes", to: "writes-ok" },
      { name: "disk-bytes-per-write", unit: "bytes", better: "lower", of: "disk-bytes-written", to: "writes-ok" },
      {
        name: "disk-operations-per-operation",
        unit: "count",
        better: "lower",
        of: "disk-operations",
        to: "operations-ok",
      },
      { name: "syncs-per-second", unit: "per-second", better: "lower", of: "disk-syncs", to: "run-time" },
      {
        name: "metadata-per-second",
        unit: "per-second",
        better: "lower",
        of: "metadata-operations",
        to: "run-time",
      },
    ] satisfies Ratio[]
  ).map((ratio) => [ratio.name, ratio]),
);

/** The metric of a name, or the family that it is of; undefined for a name of none. */
export function metricOf(name: string): Metric | undefined {
  return metrics.get(name) ?? metrics.get(name.slice(0, name.indexOf("/") + 1));
}

/** Names of all metrics and ratios, families by the name that ends in "/". */
export const metricNames: readonly string[] = [...metrics.keys(), ...ratios.keys()];

/** Kinds of trace events that measuring needs. */
export const MEASURED_KINDS: readonly string[] = METRIC_GROUPS.flatMap(({ observes = [] }) => observes);
