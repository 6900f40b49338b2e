import { dirtyReads } from "../../checkers/dirty-reads.ts";
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
    // Of changes of registers, by whose acknowledgement they asked for; of runs that lost any.
    { name: "lost-writes/", unit: "count", better: "lower" },
    // Reads of what nobody had acknowledged by then, and what is gone.
    { name: "dirty-reads", unit: "count", better: "lower" },
  ],
  measure({ registers, sets, asked, firstVerifier, healedAt }, add) {
    if (healedAt === undefined) return;
    // Only the verifier's reads are of the whole in the end: a client may still be reading from a replica that lags.
    const settled = (operations: readonly Operation[]): Operation[] =>
      operations.filter(({ process, f }) => process >= firstVerifier || f !== "read");
    const lost = lostWrites(settled(registers), { since: healedAt });
    const elements = checkSet(settled(sets)).lost.length;
    add("lost-writes", lost.length + elements);
    const times = lost.map(({ completed }) => completed);
    if (times.length > 0) add("lost-span", Math.max(...times) - Math.min(...times));
    const levels = new Map<string, number>();
    for (const { index } of lost) {
      const level = asked[index]?.sync;
      if (level !== undefined) levels.set(level, (levels.get(level) ?? 0) + 1);
    }
    for (const [level, count] of levels) add(`lost-writes/${level}`, count);
    add("dirty-reads", dirtyReads(registers, { since: healedAt }).length);
  },
};
