import type { MetricGroup } from "./metric.ts";

/** What a run took of machines: a value for each run. */
export const costs: MetricGroup = {
  metrics: [
    { name: "run-time", unit: "ns", better: undefined },
    { name: "machines", unit: "count", better: "lower" },
    { name: "network-bytes", unit: "bytes", better: "lower" },
    { name: "disk-bytes-written", unit: "bytes", better: "lower" },
    { name: "disk-bytes-read", unit: "bytes", better: "lower" },
    { name: "disk-operations", unit: "count", better: "lower" },
    { name: "disk-syncs", unit: "count", better: "lower" },
    { name: "metadata-operations", unit: "count", better: "lower" },
    { name: "stored-bytes", unit: "bytes", better: "lower" },
    { name: "most-stored-bytes", unit: "bytes", better: "lower" },
  ],
  measure({ counters, time }, add) {
    add("run-time", time);
    add("machines", counters.machines);
    add("network-bytes", counters.networkBytes);
    add("disk-bytes-written", counters.deviceWrittenBytes);
    add("disk-bytes-read", counters.deviceReadBytes);
    add("disk-operations", counters.deviceOperations);
    add("disk-syncs", counters.syncs);
    add("metadata-operations", counters.metadataOperations);
    add("stored-bytes", counters.storedBytes);
    add("most-stored-bytes", counters.mostStoredBytes);
  },
};
