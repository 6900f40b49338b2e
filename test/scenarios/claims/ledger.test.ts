import { describe, expect, test } from "vitest";
import { measureTitle, claimStatement } from "../../../report/describe-claim.ts";
import { english, isMessageId } from "../../../report/messages/english.ts";
import { scenarios, topologies } from "../../../scenarios/catalogue.ts";
import { baselineOf } from "../../../scenarios/claims/claim.ts";
import { ledger } from "../../../scenarios/claims/ledger.ts";
import type { Measure } from "../../../scenarios/claims/measure.ts";
import { metricNames, metricOf, ratios } from "../../../scenarios/metrics/catalogue.ts";
import { FINDING_KINDS } from "../../../scenarios/scenario.ts";
import { suites } from "../../../scenarios/suites.ts";

function checkMeasure(measure: Measure): void {
  if (measure.of === "metric") expect(metricOf(measure.metric), measure.metric).toBeDefined();
  if (measure.of === "ratio") expect(ratios.has(measure.ratio), measure.ratio).toBe(true);
  if (measure.of === "finding") expect(FINDING_KINDS).toContain(measure.finding);
  for (const language of ["en", "zh-CN"] as const) {
    expect(measureTitle(measure, language)).not.toMatch(/^(metric|take|title)-|(metric|title)-[a-z]/);
  }
}

describe("the ledger", () => {
  test.each([...ledger.values()].map((claim) => [claim.id, claim] as const))(
    "%s rests on what there is, and is said in both languages",
    (id, claim) => {
      expect(id).toMatch(/^(SD|RA|WS|SH|Q3)-\d+$|^T-/);
      expect(claim.words).not.toBe("");
      expect(isMessageId(`claim-${id}`)).toBe(true);
      for (const language of ["en", "zh-CN"] as const) expect(claimStatement(claim, language)).not.toContain("claim-");
      expect(claim.observations.length).toBeGreaterThan(0);
      for (const observation of claim.observations) {
        expect(isMessageId(observation.condition.id), observation.condition.id).toBe(true);
        expect(observation.seeds).toBeGreaterThan(0);
        checkMeasure(observation.measure);
        // What is awaited must not be there: else it could be run.
        const { awaits } = observation;
        if (awaits !== undefined) expect(topologies.has(awaits) || scenarios.has(awaits)).toBe(false);
        for (const place of [observation, baselineOf(observation)]) {
          if (place === undefined || observation.awaits !== undefined) continue;
          const { scenario, topology } = place;
          expect(scenarios.get(scenario)?.expectations.has(topology), `${scenario} on ${topology}`).toBe(true);
        }
        if ("times" in observation.threshold.than) expect(observation.baseline).toBeDefined();
      }
    },
  );

  test("tables of suites have what there is for columns and rows", () => {
    for (const { tables = [] } of suites.values()) {
      for (const { title, scenario, topologies, measures } of tables) {
        expect(isMessageId(title.id), title.id).toBe(true);
        for (const topology of topologies) expect(scenarios.get(scenario)?.expectations.has(topology)).toBe(true);
        for (const measure of measures) checkMeasure(measure);
      }
    }
  });

  test("every metric and every finding has a title, and no title is of a metric that there is not", () => {
    const titled = Object.keys(english).filter((id) => id.startsWith("metric-"));
    expect(titled.map((id) => id.slice("metric-".length)).sort()).toEqual([...metricNames].sort());
    for (const kind of FINDING_KINDS) expect(isMessageId(`title-${kind}`), kind).toBe(true);
  });
});
