import { scanSnapshots } from "../judge/scan-snapshots.ts";
import type { MetricGroup } from "./metric.ts";

/** What answered scans of registers were, held against the order of writes: a value for each run. */
export const scans: MetricGroup = {
  metrics: [
    { name: "scans", unit: "count", better: undefined },
    // Whole, and of a state in the past: a write that had been acknowledged before is missing, with all that followed it.
    { name: "stale-scans", unit: "count", better: "lower" },
    // Without registers that the state at no position lacks; and put together from several states.
    { name: "partial-scans", unit: "count", better: "lower" },
    { name: "mixed-scans", unit: "count", better: "lower" },
  ],
  measure({ registers, all }, add) {
    const classified = scanSnapshots(registers, all);
    if (classified.length === 0) return;
    const count = (kind: (typeof classified)[number]["kind"]): number =>
      classified.filter((each) => each.kind === kind).length;
    add("scans", classified.length);
    add("stale-scans", count("stale-prefix"));
    add("partial-scans", count("partial"));
    add("mixed-scans", count("mixed"));
  },
};
