import { onlyReads } from "../../checkers/answers.ts";
import { availabilityOf } from "../../checkers/availability.ts";
import type { Operation } from "../../checkers/history.ts";
import type { MeasuredRun, MetricGroup } from "./metric.ts";
import { isAnswered } from "./is-answered.ts";

/** Faults that take a primary away from its clients. */
const TAKES_AWAY: ReadonlySet<string> = new Set(["kill", "power-loss", "wipe", "pause", "partition", "clog"]);

/** What clients got while something was wrong, and how long it took until they got it again. */
export const availability: MetricGroup = {
  metrics: [
    // Called while a fault lasted, before the healing: a value for each run in which there were any.
    { name: "reads-in-faults", unit: "count", better: undefined },
    { name: "reads-in-faults-answered", unit: "count", better: "higher" },
    { name: "writes-in-faults", unit: "count", better: undefined },
    { name: "writes-in-faults-answered", unit: "count", better: "higher" },
    // The longest time of a run in which something was asked for and nothing was answered ok.
    { name: "read-outage", unit: "ns", better: "lower" },
    { name: "write-outage", unit: "ns", better: "lower" },
    // From the loss of a primary until a write that was called after it was acknowledged.
    { name: "primary-losses", unit: "count", better: undefined },
    { name: "failover-time", unit: "ns", better: "lower" },
    { name: "failovers-missed", unit: "count", better: "lower" },
    // The same from the healing on.
    { name: "recovery-time", unit: "ns", better: "lower" },
    // From the healing until all nodes held the same.
    { name: "convergence-time", unit: "ns", better: "lower" },
  ],
  measure(run, add) {
    const [reads, writes]: [Operation[], Operation[]] = [[], []];
    for (const operation of run.operations) (onlyReads(operation) ? reads : writes).push(operation);
    inFaults(run, reads, "reads", add);
    inFaults(run, writes, "writes", add);
    for (const [name, operations] of [["read-outage", reads] as const, ["write-outage", writes] as const]) {
      const { longestOutage } = availabilityOf(operations);
      if (longestOutage !== undefined) add(name, longestOutage.to - longestOutage.from);
    }
    const acknowledged = run.all
      .filter((operation) => operation.outcome === "ok" && !onlyReads(operation))
      .sort((a, b) => a.completed - b.completed || a.index - b.index);
    const nextAfter = (time: number): number | undefined =>
      acknowledged.find(({ invoked }) => invoked >= time)?.completed;
    const losses = run.strikes.filter(({ kind, primary }) => primary && TAKES_AWAY.has(kind));
    if (run.strikes.length > 0) add("primary-losses", losses.length);
    for (const { from } of losses) {
      const next = nextAfter(from);
      add("failovers-missed", next === undefined ? 1 : 0);
      if (next !== undefined) add("failover-time", next - from);
    }
    if (run.healedAt === undefined) return;
    const next = nextAfter(run.healedAt);
    if (next !== undefined) add("recovery-time", next - run.healedAt);
    if (run.converged !== undefined) add("convergence-time", run.converged);
  },
};

function inFaults(
  { strikes, healedAt = Infinity }: MeasuredRun,
  operations: readonly Operation[],
  what: "reads" | "writes",
  add: (metric: string, value: number) => void,
): void {
  if (strikes.length === 0) return;
  const within = operations.filter(
    ({ invoked }) => invoked < healedAt && strikes.some(({ from, to }) => from <= invoked && invoked < to),
  );
  add(`${what}-in-faults`, within.length);
  add(`${what}-in-faults-answered`, within.filter(isAnswered).length);
}
