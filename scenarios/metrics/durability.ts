import type { Operation } from "../../checkers/history.ts";
import { lostWrites } from "../../checkers/lost-writes.ts";
import { checkSet } from "../../checkers/set.ts";
import type { MetricGroup } from "./metric.ts";

/** What was acknowledged and not there in the end, of runs that end with a healing: the recovery point objective, in writes. */
export const durability: MetricGroup = {
  metrics: [
    // A write that others replaced counts when they are lost too; of accounts, counters and lists nothing is counted.
    { name: "lost-writes", unit: "count", better: "lower" },
    // How long the oldest of them had been acknowledged when the newest was: of runs that lost any.
    { name: "lost-span", unit: "ns", better: "lower" },
  ],
  measure({ registers, sets, firstVerifier, healedAt }, add) {
    if (healedAt === undefined) return;
    // Only the verifier's reads are of the whole in the end: a client may still be reading from a replica that lags.
    const settled = (operations: readonly Operation[]): Operation[] =>
      operations.filter(({ process, f }) => process >= firstVerifier || f !== "read");
    const lost = lostWrites(settled(registers), { since: healedAt });
    const elements = checkSet(settled(sets)).lost.length;
    add("lost-writes", lost.length + elements);
    const times = lost.map(({ completed }) => completed);
    if (times.length > 0) add("lost-span", Math.max(...times) - Math.min(...times));
  },
};
