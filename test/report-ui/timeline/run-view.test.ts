import { signal } from "@preact/signals";
import { describe, expect, test } from "vitest";
import { causalGraph } from "../../../report/causality.ts";
import type { Language } from "../../../report/messages/render.ts";
import { lengthOf } from "../../../report-ui/timeline/range.ts";
import { runSourceOf } from "../../../report-ui/timeline/run-source.ts";
import { RunView } from "../../../report-ui/timeline/run-view.ts";
import { Flag } from "../../../report-ui/timeline/timeline-model.ts";
import { traceOf, type Told } from "../../report/support/trace-of.ts";

const told = Array.from({ length: 400 }, (_none, index): Told =>
  index % 10 === 3 ? ["n1", "flush-finished", { file: index }] : ["n2", "node-ready", {}],
);

function viewOf(language: Language = "en"): RunView {
  const records = traceOf(told);
  const source = runSourceOf({
    records,
    causes: causalGraph(records.length, (event) => (event === 0 ? [] : [event - 1])),
    machines: { nodes: ["n1", "n2"], disks: [], clients: [] },
    states: [],
    history: [],
    explanation: {
      title: { id: "title-no-progress", params: {} },
      claim: undefined,
      message: { id: "title-no-progress", params: {} },
      violation: 200,
      context: [210, 200, 13, 13],
    },
  });
  return new RunView(source, signal(language));
}

/** Waits until the search has looked at all. */
async function found(view: RunView, text: string): Promise<number> {
  view.search.value = text;
  for (let turn = 0; view.searching.value && turn < 100; turn++) await new Promise((resolve) => setTimeout(resolve, 1));
  return view.matches.value;
}

describe("the view of a run", () => {
  test("begins at the violation, with the records that its sentence speaks of in order", () => {
    const view = viewOf();
    expect(view.cursor.value).toBe(200);
    expect(view.source.violation?.index).toBe(200);
    expect(view.source.story?.context.map(({ index }) => index)).toEqual([13, 210]);
    expect(view.weightOf(200)).toBeGreaterThan(view.weightOf(201));
  });

  test("selects, and moves the window as far as it must", () => {
    const view = viewOf();
    view.setRange({ from: 0, to: 20e6 });
    view.select(10);
    expect(view.range.value.from).toBe(0);
    view.select(300);
    expect(view.range.value.to).toBeGreaterThan(300e6);
    expect(lengthOf(view.range.value)).toBeCloseTo(20e6);
    expect(view.cursor.value).toBe(300);
    view.clear();
    expect(view.selected.value).toBeUndefined();
    view.select(4000);
    expect(view.selected.value).toBeUndefined();
  });

  test("shows the same stretch on the other scale", () => {
    const view = viewOf();
    view.setRange({ from: 100e6, to: 200e6 });
    view.setScale("rank");
    expect(view.range.value).toEqual({ from: 100, to: 200 });
    view.setScale("time");
    expect(view.range.value).toEqual({ from: 100e6, to: 200e6 });
  });

  test("looks closely at a record", () => {
    const view = viewOf();
    view.focus(100);
    const { from, to } = view.range.value;
    expect(from).toBeLessThan(100e6);
    expect(to).toBeGreaterThan(100e6);
    expect(to - from).toBeLessThan(lengthOf(view.whole) / 20);
  });

  test("searches all records, and goes from one that it found to the next, around the ends", async () => {
    const view = viewOf();
    expect(await found(view, "flush t<100ms")).toBe(10);
    expect((view.flags.value[3] ?? 0) & Flag.FOUND).toBe(Flag.FOUND);
    view.select(3);
    expect(view.nextMatch(1)).toBe(13);
    expect(view.nextMatch(-1)).toBe(93);
    expect(await found(view, "")).toBe(0);
    expect(view.nextMatch(1)).toBeUndefined();
    view.dispose();
  });

  test("searches in the language of the page, and in the past of what is selected", async () => {
    const view = viewOf("zh-CN");
    expect(await found(view, "刷写")).toBe(40);
    view.select(9);
    expect(await found(view, "s:past")).toBe(10);
    expect(await found(view, "s:future k:flush")).toBe(39);
    expect(await found(view, "s:violation")).toBe(1);
    view.dispose();
  });
});
