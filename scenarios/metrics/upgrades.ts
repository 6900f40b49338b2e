import type { MetricGroup } from "./metric.ts";

/** How long it took to carry a cluster's data over to another protocol, of runs in which it was done. */
export const upgrades: MetricGroup = {
  metrics: [
    // From the first node that a person told to take no more changes, until a leader served and no node had stayed behind.
    { name: "upgrade-time", unit: "ns", better: "lower" },
  ],
  observes: ["operator-step"],
  measure({ observed }, add) {
    const when = (step: string): number | undefined =>
      observed.find(({ data }) => data.kind === "operator-step" && data["step"] === step)?.time;
    const [begun, done] = [when("freeze"), when("upgraded")];
    if (begun !== undefined && done !== undefined) add("upgrade-time", done - begun);
  },
};
