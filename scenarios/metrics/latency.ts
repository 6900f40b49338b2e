import type { MetricGroup } from "./metric.ts";
import { isRead } from "./operation-class.ts";

/** How long clients waited for what was answered ok. */
export const latency: MetricGroup = {
  metrics: [
    { name: "write-latency", unit: "ns", better: "lower" },
    { name: "read-latency", unit: "ns", better: "lower" },
    { name: "primary-read-latency", unit: "ns", better: "lower" },
    { name: "replica-read-latency", unit: "ns", better: "lower" },
  ],
  measure({ operations, states }, add) {
    for (const operation of operations) {
      const { outcome, invoked, completed, node } = operation;
      if (outcome !== "ok") continue;
      const waited = completed - invoked;
      if (!isRead(operation)) {
        add("write-latency", waited);
        continue;
      }
      add("read-latency", waited);
      const role = node === undefined ? "none" : states.roleAt(node, completed);
      if (role === "primary" || role === "leader") add("primary-read-latency", waited);
      if (role === "replica") add("replica-read-latency", waited);
    }
  },
};
