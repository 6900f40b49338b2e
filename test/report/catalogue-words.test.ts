import { describe, expect, test } from "vitest";
import { scenarioSummary, topologySummary } from "../../report/messages/catalogue.ts";
import { scenarios, topologies } from "../../scenarios/catalogue.ts";

const CHINESE = /\p{Script=Han}/u;

describe("what the catalogue holds", () => {
  test("is told in English in its own words", () => {
    expect(scenarioSummary("bank", "transfers", "en")).toBe("transfers");
    expect(topologySummary("single", "one node", "en")).toBe("one node");
  });

  test("is told in Chinese, every scenario and every topology", () => {
    const untold = [
      ...[...scenarios.values()].filter(({ name, summary }) => !CHINESE.test(scenarioSummary(name, summary, "zh-CN"))),
      ...[...topologies.values()].filter(({ id, summary }) => !CHINESE.test(topologySummary(id, summary, "zh-CN"))),
    ];
    expect(untold.map((each) => ("name" in each ? each.name : each.id))).toEqual([]);
  });

  test("is told by the family where a name has a figure of its own", () => {
    expect(scenarioSummary("read-scaling-4", "", "zh-CN")).toBe("读者超过 4 个副本所能容纳，另有一个写者");
  });

  test("keeps its own words where there are no others", () => {
    expect(scenarioSummary("my-scenario", "what it is", "zh-CN")).toBe("what it is");
  });
});
