import { describe, expect, test } from "vitest";
import { NodeDrain } from "../../../host/nodejs/drain.ts";
import { scenarios } from "../../../scenarios/catalogue.ts";
import { drawPlan } from "../../../scenarios/draw-plan.ts";
import { Distribution } from "../../../scenarios/metrics/distribution.ts";
import type { Plan } from "../../../scenarios/plan.ts";
import { parsePlan } from "../../../scenarios/plan-schema.ts";
import { runPlan } from "../../../scenarios/run-plan.ts";
import type { Scenario } from "../../../scenarios/scenario.ts";

const AS_WRITTEN = "shared-disk:as-written";

async function measured(plan: Plan): Promise<(metric: string) => Distribution> {
  const { verdict, metrics } = await runPlan(plan, { drain: new NodeDrain() });
  expect(verdict).toBe("holds");
  return (metric) => {
    const found = metrics.find(({ name }) => name === metric);
    return Distribution.of(found?.values ?? new Distribution().data);
  };
}

const planOf = (name: string, topology: string, seed: number): Plan =>
  drawPlan(scenarios.get(name) as Scenario, topology, seed);

describe("network storage", () => {
  test("is read from the disk after the cold start, on either design", async () => {
    for (const topology of ["single", AS_WRITTEN]) {
      const of = await measured(planOf("network-storage-network", topology, 1));
      expect(of("disk-bytes-read").sum).toBeGreaterThan(100_000);
      expect(of("primary-read-latency").count).toBeGreaterThan(10);
    }
  });

  test("is the slower the further away and the slower the disk", async () => {
    const slowest = await measured(planOf("network-storage-network", AS_WRITTEN, 2));
    const local = await measured(planOf("network-storage-network", "single", 2));
    const half = (of: (metric: string) => Distribution): number => of("write-latency").quantile(0.5) ?? 0;
    expect(half(slowest)).toBeGreaterThan(5 * half(local));
  });
});

describe("a disk's server without memory", () => {
  test("asks the device each time", async () => {
    const plan = planOf("contention-reading-2", `${AS_WRITTEN}+direct-io`, 1);
    const without = await measured(plan);
    const { serverMemory, ...disks } = plan.disks;
    expect(serverMemory).toBe(0);
    const having = await measured({ ...plan, disks });
    expect(without("disk-bytes-read").sum).toBeGreaterThan(5 * having("disk-bytes-read").sum);
  });

  test("is part of a plan from a file", () => {
    const plan = planOf("contention-reading-2", AS_WRITTEN, 1);
    expect(parsePlan(JSON.parse(JSON.stringify(plan))).disks.serverMemory).toBe(0);
    expect(() => parsePlan({ ...plan, disks: { ...plan.disks, serverMemory: -1 } })).toThrow("serverMemory");
  });
});
