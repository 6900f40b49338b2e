import { describe, expect, test } from "vitest";
import { NodeDrain } from "../../../host/nodejs/drain.ts";
import { scenarios } from "../../../scenarios/catalogue.ts";
import { drawPlan } from "../../../scenarios/draw-plan.ts";
import { MetricsTally } from "../../../scenarios/metrics/metrics-tally.ts";
import { runPlan } from "../../../scenarios/run-plan.ts";
import type { Scenario } from "../../../scenarios/scenario.ts";

const AS_WRITTEN = "shared-disk:as-written";
const CAREFUL = "shared-disk:careful";

/** Sums and ratios of what some seeds of a scenario come to, and what became of their faults. */
async function outcomeOf(name: string, topology: string, seeds: readonly number[]) {
  const tally = new MetricsTally();
  const fates = new Set<string>();
  for (const seed of seeds) {
    const plan = drawPlan(scenarios.get(name) as Scenario, topology, seed);
    const { findings, metrics, faults } = await runPlan(plan, { drain: new NodeDrain() });
    // That replicas see no memtable is another claim's.
    expect(findings.filter(({ kind }) => kind !== "unflushed-read")).toEqual([]);
    for (const { fate } of faults) fates.add(fate);
    tally.add(seed, metrics);
  }
  const values = new Map<string, number>([
    ...tally.metrics.map(({ name: metric, mean }) => [metric, mean] as const),
    ...tally.ratios.map(({ name: ratio, value }) => [ratio, value] as const),
  ]);
  return { fates: [...fates], of: (metric: string) => values.get(metric) };
}

describe("what is left", () => {
  test.each(["disk-lost", "disk-server-down", "disk-cut-off"])("with %s is nothing", async (name) => {
    const outcome = await outcomeOf(name, AS_WRITTEN, [1, 2, 3]);
    expect(outcome.fates).toEqual(["fired"]);
    expect(outcome.of("reads-in-faults")).toBeGreaterThan(20);
    expect(outcome.of("read-availability-in-faults")).toBe(0);
    expect(outcome.of("write-availability-in-faults")).toBe(0);
  });

  test("with the disk lost is what the primary has in memory, while it is asked for that, and nothing of what it has not", async () => {
    const recent = await outcomeOf("disk-lost-primary-read", AS_WRITTEN, [1, 2, 3]);
    expect(recent.of("read-availability-in-faults")).toBeGreaterThan(0);
    expect(recent.of("write-availability-in-faults")).toBe(0);
    const old = await outcomeOf("disk-lost-primary-old-read", AS_WRITTEN, [1, 2, 3]);
    expect(old.of("reads-in-faults")).toBeGreaterThan(20);
    expect(old.of("read-availability-in-faults")).toBeLessThan(0.05);
  });

  test("without a primary are reads, until somebody can promote and does", async () => {
    const drawn = await outcomeOf("primary-down-on-call", AS_WRITTEN, [1, 2, 3]);
    expect(drawn.of("read-availability-in-faults")).toBe(1);
    expect(drawn.of("write-availability-in-faults")).toBe(0);
    const alone = await outcomeOf("primary-down", CAREFUL, [1, 2, 3]);
    expect(alone.of("write-availability-in-faults")).toBe(0);
    const attended = await outcomeOf("primary-down-on-call", CAREFUL, [1, 2, 3]);
    expect(attended.of("write-availability-in-faults")).toBeGreaterThan(0.3);
    expect(attended.of("operator-steps")).toBe(1);
  });

  test("to a replica that is cut off is nothing, and to the primary everything", async () => {
    const outcome = await outcomeOf("disk-partition", AS_WRITTEN, [1, 2, 3]);
    expect(outcome.of("read-availability-in-faults")).toBe(0);
    expect(outcome.of("write-availability-in-faults")).toBe(1);
    expect((await outcomeOf("disk-partition", "single", [1])).fates).toEqual(["inapplicable"]);
  });

  test("to a replica that is cut off is nothing, whatever its mount believes, and whatever it had verified before", async () => {
    for (const [name, topology] of [
      ["disk-partition-believing", AS_WRITTEN] as const,
      ["disk-partition-later", CAREFUL] as const,
    ]) {
      const outcome = await outcomeOf(name, topology, [1, 2, 3]);
      expect(outcome.of("reads-in-faults"), name).toBeGreaterThan(20);
      expect(outcome.of("read-availability-in-faults"), name).toBe(0);
    }
  });
});

test("as much is asked while nobody answers as at any other time", async () => {
  const [alone, struck] = [
    await outcomeOf("disk-partition", "single", [4, 5]),
    await outcomeOf("disk-cut-off", AS_WRITTEN, [4, 5]),
  ];
  expect(alone.of("read-availability")).toBe(1);
  // Eight seconds at eight reads each second, of which the failure takes about three quarters.
  const share = (struck.of("reads-in-faults") ?? 0) / (struck.of("reads") ?? 1);
  expect(share).toBeGreaterThan(0.6);
  expect(struck.of("reads")).toBe(alone.of("reads"));
});
