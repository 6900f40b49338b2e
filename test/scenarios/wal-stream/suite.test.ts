import { describe, expect, test } from "vitest";
import { NodeDrain } from "../../../host/nodejs/drain.ts";
import { scenarios } from "../../../scenarios/catalogue.ts";
import { walStreamClaims } from "../../../scenarios/claims/wal-stream.ts";
import { drawPlan } from "../../../scenarios/draw-plan.ts";
import { explain } from "../../../scenarios/explain.ts";
import { runPlan } from "../../../scenarios/run-plan.ts";
import type { Scenario } from "../../../scenarios/scenario.ts";
import { modesOf, type Suite } from "../../../scenarios/suite.ts";
import { suites } from "../../../scenarios/suites.ts";
import { walStreamScenarios } from "../../../scenarios/wal-stream/all.ts";
import { RetainedTrace } from "../../../sim/trace.ts";
import { render } from "../../../report/messages/render.ts";

const scenario = (name: string): Scenario => scenarios.get(name) as Scenario;

test("suite wal-stream runs each of its scenarios on each topology, and judges WS-1 to WS-11", () => {
  const modes = modesOf(suites.get("wal-stream") as Suite, scenarios);
  const run = new Set(modes.map((mode) => `${mode.scenario.name} ${mode.topology}`));
  for (const { name, expectations } of walStreamScenarios) {
    // What it foresees of Raft is for Raft's suite.
    for (const topology of [...expectations.keys()].filter((id) => !id.startsWith("raft:")))
      expect(run.has(`${name} ${topology}`), `${name} on ${topology}`).toBe(true);
  }
  for (const { expectation, seeds } of modes) {
    if (expectation.kind === "violates") expect(seeds).toBeGreaterThanOrEqual(expectation.withinSeeds);
  }
  expect(walStreamClaims.map(({ id }) => id)).toEqual(Array.from({ length: 11 }, (_, index) => `WS-${index + 1}`));
});

/** The first seed of a scenario that shows a finding, with what is told of it. */
async function told(name: string, topology: string, finding: string): Promise<{ text: string; kinds: Set<string> }> {
  for (let seed = 1; seed <= 20; seed++) {
    const trace = new RetainedTrace();
    const report = await runPlan(drawPlan(scenario(name), topology, seed), { drain: new NodeDrain(), trace });
    const found = report.findings.find(({ kind }) => kind === finding);
    if (found === undefined) continue;
    const { message, context } = explain(found, report.history, trace);
    return { text: render(message, "en"), kinds: new Set(context.map(({ data }) => data.kind)) };
  }
  throw new Error(`no ${finding} in 20 seeds`);
}

describe("a violation is told as what it is", () => {
  test("a write that was acknowledged, and that the promoted replica never had", async () => {
    const { text, kinds } = await told("stale-promotion", "wal-stream:semi:as-written", "lost-write");
    expect(text).toMatch(
      /^node-1 acknowledged write\(k\d+\) = client-\d-\d+ as entry \d+ of epoch 1; .* later node-2 was promoted and began epoch 5 after entry \d+/,
    );
    for (const kind of ["applied", "fault-began", "operator-step", "epoch-began", "client-answered"]) {
      expect(kinds, kind).toContain(kind);
    }
  });

  test("a read that nobody acknowledged, and that is gone", async () => {
    const { text } = await told("early-reads", "wal-stream:full:as-written", "nonlinearizable");
    expect(text).toMatch(/^node-1 answered read\(k\d+\) with writer-\d-\d+ from its log up to entry \d+ of epoch 1;/);
  });

  test("a replica that shows a change later than another", async () => {
    const { text } = await told("full-replica-reads", "wal-stream:full:as-written", "nonlinearizable");
    expect(text).toMatch(/^node-\d answered read\(k\d+\) with .* from its log up to entry \d+; .* before,/);
  });
});
