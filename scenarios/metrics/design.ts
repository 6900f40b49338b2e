import type { MetricGroup } from "./metric.ts";

/** What there is to build and to know of the design that ran: the same in each of its runs. */
export const design: MetricGroup = {
  metrics: [
    { name: "design-messages", unit: "count", better: "lower" },
    { name: "design-states", unit: "count", better: "lower" },
    { name: "design-settings", unit: "count", better: "lower" },
    { name: "design-steps", unit: "count", better: "lower" },
    // All of them together.
    { name: "design-parts", unit: "count", better: "lower" },
  ],
  measure({ complexity }, add) {
    if (complexity === undefined) return;
    const { messages, states, settings, steps } = complexity;
    add("design-messages", messages);
    add("design-states", states);
    add("design-settings", settings);
    add("design-steps", steps);
    add("design-parts", messages + states + settings + steps);
  },
};
