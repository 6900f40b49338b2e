import { describe, expect, test } from "vitest";
import { NodeDrain } from "../../host/nodejs/drain.ts";
import { english } from "../../report/messages/english.ts";
import { carryOut } from "../../report-ui/engine-room/carry-out.ts";
import { hunt, type Tried } from "../../report-ui/lesson/hunt.ts";
import { vanishingTable } from "../../report-ui/lesson/vanishing-table.ts";
import type { Engine } from "../../report-ui/engine-room/engine.ts";

/** Runs on this thread. */
function nodeEngine(): Engine {
  const around = { drain: new NodeDrain(), build: "", now: () => 0, onProgress: () => undefined };
  return {
    run: async (request) => ({ type: "done", outcome: await carryOut(request, around) }),
    cancel: () => undefined,
  };
}

describe("the lesson of the vanishing SSTable", () => {
  test("finds a seed that shows it, and tells it in the order in which it happened", async () => {
    const tried: Tried[] = [];
    const found = await hunt(nodeEngine(), vanishingTable, (each) => tried.push(each));
    if (found.end !== "found") throw new Error(`the hunt ended: ${found.end}`);
    expect(tried.map(({ seed }) => seed)).toEqual(Array.from({ length: found.seed }, (_none, at) => at + 1));
    expect(tried.at(-1)?.verdict).toBe("violated");
    const { stops, cast, file } = found.story;
    expect(stops.map(({ label }) => label).sort()).toEqual(["T1", "T2", "T3", "T4", "T5"]);
    const times = stops.map(({ record }) => record.time);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    // What the lesson says of the document's order: the deletion is not the last of the five.
    expect(stops.findIndex(({ id }) => id === "deleted")).toBeLessThan(stops.findIndex(({ id }) => id === "opened"));
    expect(stops.at(-1)?.record.data["file"]).toBe(file);
    expect(cast).toHaveLength(3);
    for (const { text } of stops) expect(english).toHaveProperty(text.id);
  });

  test("offers designs on which the same seed holds", async () => {
    const engine = nodeEngine();
    const found = await hunt(engine, vanishingTable, () => undefined);
    if (found.end !== "found") throw new Error(`the hunt ended: ${found.end}`);
    for (const { topology } of vanishingTable.remedies) {
      const subject = { scenario: vanishingTable.scenario, topology, seed: found.seed };
      const answer = await engine.run({ subject, wanted: "verdict" }, () => undefined);
      expect(answer.type === "done" && answer.outcome.verdict, topology).toBe("holds");
    }
  });

  test("has one right answer", () => {
    expect(vanishingTable.choices.filter(({ right }) => right)).toHaveLength(1);
  });

  test("ends with its engine", async () => {
    const ended: Engine = { run: () => Promise.resolve({ type: "cancelled" }), cancel: () => undefined };
    expect(await hunt(ended, vanishingTable, () => undefined)).toEqual({ end: "cancelled" });
  });
});
