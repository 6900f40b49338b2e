import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { NodeDrain } from "../../host/nodejs/drain.ts";
import { SECOND } from "../../host/time.ts";
import { scenarios, topologies } from "../../scenarios/catalogue.ts";
import { drawPlan } from "../../scenarios/draw-plan.ts";
import { COMMON_FAULTS, drawFaults, SHARED_DISK_FAULTS, type DrawnClass } from "../../scenarios/faults/swarm.ts";
import type { Plan } from "../../scenarios/plan.ts";
import { runPlan } from "../../scenarios/run-plan.ts";
import { isForeseen, type Expectation, type Scenario } from "../../scenarios/scenario.ts";
import { planArbitrary } from "../../scenarios/shrink/plan-arbitrary.ts";
import { RetainedTrace } from "../../sim/trace.ts";

const race = scenarios.get("compaction-race") as Scenario;
const stale = scenarios.get("stale-manifest") as Scenario;

/** A scenario in which faults of some kinds come while clients are busy, and a core is healed at the end. */
function during(scenario: Scenario, name: string, classes: readonly DrawnClass[]): Scenario {
  return {
    ...scenario,
    name,
    plan: (random) => ({
      ...scenario.plan(random),
      faults: drawFaults(random("faults"), {
        classes,
        roles: ["primary", "replica", "disk", "client"],
        span: SECOND,
        longest: SECOND,
      }),
      healing: { after: 20 * SECOND, core: random("core").below(60) },
    }),
  };
}

const SITUATIONS: readonly Scenario[] = [
  race,
  stale,
  during(race, "compaction and partitions", ["partition", "clog", "swizzle-clog", "packet-loss", "connection-reset"]),
  during(race, "compaction and killed processes", ["kill", "pause"]),
  during(race, "compaction and loss of power", ["power-loss", "disk-server-crash"]),
  during(stale, "stale manifests and crashes", ["kill", "power-loss", "partition"]),
];

/** Faults that no mode may bear: only made-up values are held against any. */
const BEYOND: Scenario = {
  ...race,
  plan: (random) => ({
    ...during(race, "", [
      ...COMMON_FAULTS,
      ...SHARED_DISK_FAULTS,
      "wipe",
      "disk-full",
      "lying-sync",
      "sync-failure",
    ]).plan(random),
    // Of a disk that was lost, some designs recover only by a person's hand.
    onCall: { reaction: SECOND },
    unbounded: true,
  }),
};

/** The document's orders of writing promise more than they keep, whatever the scenario. */
const AS_WRITTEN: Expectation = {
  kind: "violates",
  finding: "nonlinearizable",
  claim: "WS-9",
  withinSeeds: 100,
  also: ["lost-write"],
};

/** What a scenario foresees for a mode; where it says nothing, the mode keeps what it promises. */
function expectationOf({ expectations }: Scenario, id: string): Expectation {
  return expectations.get(id) ?? (id.endsWith(":as-written") ? AS_WRITTEN : { kind: "holds" });
}

/** Runs of each situation on each topology: plans differ with each. */
const RUNS = 6;

describe.each([...topologies.values()].map((topology) => [topology.id, topology] as const))("%s", (id) => {
  test.each(SITUATIONS.map((scenario) => [scenario.name, scenario] as const))(
    "breaks nothing but what is foreseen: %s",
    async (_name, scenario) => {
      const expectation = expectationOf(scenario, id);
      let planned = 0;
      let fired = 0;
      await fc.assert(
        fc.asyncProperty(planArbitrary(scenario, id), async (plan) => {
          const { verdict, findings, failure, faults } = await runPlan(plan, { drain: new NodeDrain() });
          planned += faults.length;
          fired += faults.filter(({ fate }) => fate === "fired").length;
          const unforeseen = findings.filter(({ kind }) => !isForeseen(expectation, kind));
          expect({ failure, unforeseen }).toEqual({ failure: undefined, unforeseen: [] });
          expect(["holds", "violated"]).toContain(verdict);
        }),
        { numRuns: RUNS, seed: 7, endOnFailure: true },
      );
      // The baseline bears nearly all of them, and so goes through them; what a mode does not bear is kept from it.
      if (id === "single") expect(fired > 0).toBe(planned > 0);
    },
  );
});

test.each([...topologies.keys()])("%s serves nothing that nobody wrote, whatever befalls it", async (id) => {
  let beyond = 0;
  await fc.assert(
    fc.asyncProperty(planArbitrary(BEYOND, id), async (plan) => {
      const { findings, failure, faults } = await runPlan(plan, { drain: new NodeDrain() });
      // Where nothing went beyond the model, all is judged that the mode promises; what it is foreseen to break it may.
      const unforeseen = findings.filter(({ kind }) => !isForeseen(expectationOf(race, id), kind));
      expect({ unforeseen, failure }).toEqual({ unforeseen: [], failure: undefined });
      beyond += faults.filter((fault) => fault.beyond && fault.fate === "fired").length;
    }),
    { numRuns: RUNS, seed: 7, endOnFailure: true },
  );
  // Raft bears nearly all of them.
  if (!id.startsWith("raft:")) expect(beyond).toBeGreaterThan(0);
});

describe("why the baseline breaks neither way", () => {
  /** Runs a scenario's first seeds on the baseline, and gives what is traced. */
  async function traced(scenario: Scenario, seeds: number, look: (plan: Plan, trace: RetainedTrace) => void) {
    for (let seed = 1; seed <= seeds; seed++) {
      const plan = drawPlan(scenario, "single", seed);
      const trace = new RetainedTrace();
      const { verdict, history } = await runPlan(plan, { drain: new NodeDrain(), trace });
      expect(verdict).toBe("holds");
      for (const { type, node } of history) if (type === "ok") expect(node).toBe("primary");
      look(plan, trace);
    }
  }

  const count = (trace: RetainedTrace, kind: string): number =>
    trace.records.filter(({ data }) => data.kind === kind).length;

  test("a manifest cannot be stale there: the node that writes it is the one that reads, and reads it once", async () => {
    let renewed = 0;
    await traced(stale, 5, (plan, trace) => {
      // The replicas that the plan asks to be read do not exist; nor does the mount whose attributes it lets go stale.
      expect(plan.mount.attributeCacheMax).toBeGreaterThan(0);
      expect(new Set(trace.records.map(({ host }) => host))).not.toContain("replica-1");
      expect(count(trace, "manifest-read")).toBe(0);
      renewed += count(trace, "version-installed");
    });
    // Versions came and went all the while.
    expect(renewed).toBeGreaterThan(50);
  });

  test("a table cannot vanish there: compaction deletes many, and knows who reads", async () => {
    let deleted = 0;
    await traced(race, 5, (_plan, trace) => {
      deleted += count(trace, "file-deleted");
      expect(count(trace, "get-failed")).toBe(0);
    });
    expect(deleted).toBeGreaterThan(50);
  });
});
