import { onlyReads } from "../../checkers/answers.ts";
import type { MetricGroup } from "./metric.ts";

/**
 * How long clients waited for what was answered ok. A read that asks a replica asks the node that there is where there are
 * none, so that designs with and without replicas can be compared.
 */
export const latency: MetricGroup = {
  metrics: [
    { name: "write-latency", unit: "ns", better: "lower" },
    // By whose acknowledgement a change asked for, where its client chose.
    { name: "write-latency/", unit: "ns", better: "lower" },
    { name: "read-latency", unit: "ns", better: "lower" },
    { name: "primary-read-latency", unit: "ns", better: "lower" },
    { name: "replica-read-latency", unit: "ns", better: "lower" },
  ],
  measure({ operations, asked }, add) {
    for (const operation of operations) {
      const { index, outcome, invoked, completed } = operation;
      if (outcome !== "ok") continue;
      const waited = completed - invoked;
      if (!onlyReads(operation)) {
        add("write-latency", waited);
        const level = asked[index]?.sync;
        if (level !== undefined) add(`write-latency/${level}`, waited);
        continue;
      }
      add("read-latency", waited);
      add(`${asked[index]?.role ?? "primary"}-read-latency`, waited);
    }
  },
};
