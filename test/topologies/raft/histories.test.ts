import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { NodeDrain } from "../../../host/nodejs/drain.ts";
import { SECOND } from "../../../host/time.ts";
import { scenarios } from "../../../scenarios/catalogue.ts";
import { drawFaults, type DrawnClass } from "../../../scenarios/faults/swarm.ts";
import { runPlan } from "../../../scenarios/run-plan.ts";
import type { Scenario } from "../../../scenarios/scenario.ts";
import { planArbitrary } from "../../../scenarios/shrink/plan-arbitrary.ts";

const chaos = scenarios.get("raft-chaos") as Scenario;
const membership = scenarios.get("membership") as Scenario;
const race = scenarios.get("compaction-race") as Scenario;

/** Logs so short that whoever was away is sent a copy, which compaction and later copies overtake. */
const SHORT_LOG = { keptBytes: 512, segmentBytes: 256, chunkBytes: 256 };

/** A scenario with faults of some kinds only. */
function during(scenario: Scenario, name: string, classes: readonly DrawnClass[], settings = {}): Scenario {
  return {
    ...scenario,
    name,
    plan: (random) => {
      const drawn = scenario.plan(random);
      return {
        ...drawn,
        cluster: { ...drawn.cluster, settings },
        faults: drawFaults(random("faults"), {
          classes,
          roles: ["leader", "replica", "node"],
          span: SECOND,
          longest: 2 * SECOND,
        }),
        healing: { after: 8 * SECOND, core: random("core").below(60) },
      };
    },
  };
}

const SITUATIONS: readonly Scenario[] = [
  during(race, "compaction races with readers", ["pause"], SHORT_LOG),
  during(race, "copies of all data grow stale on their way", ["kill", "pause", "clog", "disk-slow"], SHORT_LOG),
  during(chaos, "partitions", ["partition", "swizzle-clog", "packet-loss", "duplication", "reordering"]),
  during(chaos, "crashes", ["kill", "power-loss", "disk-stall"]),
  during(chaos, "lost disks", ["wipe", "power-loss"], SHORT_LOG),
  { ...membership, name: "members come and go" },
  during(chaos, "clocks", ["clock-drift", "pause", "partition"]),
];

describe.each(["raft:read-index", "raft:lease"])("%s", (id) => {
  test.each(SITUATIONS.map((scenario) => [scenario.name, scenario] as const))(
    "keeps what it promises: %s",
    async (_name, scenario) => {
      let fired = 0;
      await fc.assert(
        fc.asyncProperty(planArbitrary(scenario, id), async (plan) => {
          const { verdict, findings, failure, faults } = await runPlan(plan, { drain: new NodeDrain() });
          fired += faults.filter(({ fate }) => fate === "fired").length;
          expect({ verdict, findings, failure }).toEqual({ verdict: "holds", findings: [], failure: undefined });
        }),
        { numRuns: 6, seed: 11, endOnFailure: true },
      );
      expect(fired).toBeGreaterThan(0);
    },
    100_000,
  );
});
