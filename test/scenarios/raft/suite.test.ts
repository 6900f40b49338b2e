import { describe, expect, test } from "vitest";
import { NodeDrain } from "../../../host/nodejs/drain.ts";
import { render } from "../../../report/messages/render.ts";
import { scenarios } from "../../../scenarios/catalogue.ts";
import { raftClaims } from "../../../scenarios/claims/raft.ts";
import { drawPlan } from "../../../scenarios/draw-plan.ts";
import { explain } from "../../../scenarios/explain.ts";
import { keptCases } from "../../../scenarios/kept-cases.ts";
import type { Plan } from "../../../scenarios/plan.ts";
import { raftScenarios } from "../../../scenarios/raft/all.ts";
import { CAREFUL } from "../../../scenarios/raft/foreseen.ts";
import { runPlan } from "../../../scenarios/run-plan.ts";
import type { Scenario } from "../../../scenarios/scenario.ts";
import { modesOf, type Suite } from "../../../scenarios/suite.ts";
import { suites } from "../../../scenarios/suites.ts";
import { RetainedTrace } from "../../../sim/trace.ts";

const suite = suites.get("raft") as Suite;

test("suite raft runs each of its scenarios on each topology, and judges RA-1 to RA-10, each put down with what it came to", () => {
  const modes = modesOf(suite, scenarios);
  const run = new Set(modes.map(({ scenario, topology }) => `${scenario.name} ${topology}`));
  for (const { name, expectations } of raftScenarios) {
    for (const topology of expectations.keys())
      expect(run.has(`${name} ${topology}`), `${name} on ${topology}`).toBe(true);
  }
  expect(raftClaims.map(({ id }) => id)).toEqual(Array.from({ length: 10 }, (_, index) => `RA-${index + 1}`));
  for (const { id, expected } of raftClaims) expect(expected, id).toBeDefined();
});

test("more seeds of suite raft go to chaos and membership in the careful modes, and nowhere else", () => {
  const hunts = modesOf(suite, scenarios).filter(({ fixed }) => fixed === false);
  expect(hunts.map(({ scenario, topology }) => `${scenario.name} ${topology}`).sort()).toEqual(
    ["membership", "raft-chaos"].flatMap((name) => CAREFUL.map((topology) => `${name} ${topology}`)).sort(),
  );
});

const plan = (name: string, topology: string, seed: number): Plan =>
  drawPlan(scenarios.get(name) as Scenario, topology, seed);

/** The first seed of a scenario that shows a finding as written, and what is told of it. */
async function told(name: string, finding: string): Promise<{ text: string; seed: number }> {
  for (let seed = 1; seed <= 20; seed++) {
    const trace = new RetainedTrace();
    const report = await runPlan(plan(name, "raft:as-written", seed), { drain: new NodeDrain(), trace });
    const found = report.findings.find(({ kind }) => kind === finding);
    if (found !== undefined) return { text: render(explain(found, report.history, trace).message, "en"), seed };
  }
  throw new Error(`no ${finding} in 20 seeds`);
}

describe("as written", () => {
  test("a write that was answered once proposed is gone after an election; careful modes keep it in the same run", async () => {
    const { text, seed } = await told("early-answers", "lost-write");
    expect(text).toMatch(
      /^node-\d acknowledged write\(k\d+\) = .* as entry \d+ of term \d+; .* was elected in term \d+/,
    );
    for (const topology of CAREFUL) {
      const { verdict } = await runPlan(plan("early-answers", topology, seed), { drain: new NodeDrain() });
      expect(verdict, topology).toBe("holds");
    }
  });

  test("a node's own storage shows a change later than another's though nothing fails; ReadIndex does not", async () => {
    const { seed } = await told("local-reads", "nonlinearizable");
    const { verdict } = await runPlan(plan("local-reads", "raft:read-index", seed), { drain: new NodeDrain() });
    expect(verdict).toBe("holds");
  });

  test("what the kept cases lose or miss is not lost or missed by ReadIndex", async () => {
    const kept = [...keptCases().values()].filter((found) => found.plan.topology === "raft:as-written");
    expect(kept.length).toBe(2);
    for (const found of kept) {
      const careful = { ...found.plan, topology: "raft:read-index" };
      const { verdict } = await runPlan(careful, { drain: new NodeDrain() });
      expect(verdict, found.plan.scenario).toBe("holds");
    }
  });
});
