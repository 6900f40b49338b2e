import { staleReads } from "../../checkers/staleness.ts";
import type { MetricGroup } from "./metric.ts";

/**
 * How far behind answered reads of registers were: 0 for one that was not. Values are unique, and what was concurrent is
 * given the benefit of the doubt, so that no read is called staler than it was.
 */
export const staleness: MetricGroup = {
  metrics: [
    // How long what replaced the value had been acknowledged when the read began; how many acknowledged changes it missed.
    { name: "staleness", unit: "ns", better: "lower" },
    { name: "versions-behind", unit: "count", better: "lower" },
    { name: "replica-staleness", unit: "ns", better: "lower" },
    { name: "replica-versions-behind", unit: "count", better: "lower" },
    { name: "stale-reads", unit: "count", better: "lower" },
    { name: "replica-reads-ok", unit: "count", better: undefined },
    { name: "stale-replica-reads", unit: "count", better: "lower" },
  ],
  measure({ registers, asked }, add) {
    const behind = new Map(staleReads(registers, 0).map((stale) => [stale.read, stale]));
    let [stale, replicas, staleReplicas] = [0, 0, 0];
    for (const read of registers) {
      if (read.f !== "read" || read.outcome !== "ok") continue;
      const { age, versions } = behind.get(read) ?? { age: 0, versions: 0 };
      add("staleness", age);
      add("versions-behind", versions);
      if (age > 0) stale++;
      if (asked[read.index]?.role !== "replica") continue;
      replicas++;
      add("replica-staleness", age);
      add("replica-versions-behind", versions);
      if (age > 0) staleReplicas++;
    }
    add("stale-reads", stale);
    add("replica-reads-ok", replicas);
    add("stale-replica-reads", staleReplicas);
  },
};
