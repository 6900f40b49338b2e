import { describe, expect, test } from "vitest";
import { COLUMNS, evaluate } from "../../../report/comparison/columns.ts";
import { comparisonsOf } from "../../../report/comparison/compare.ts";
import { describeFormula } from "../../../report/comparison/describe-formula.ts";
import { formatCell } from "../../../report/comparison/format-cell.ts";
import { gradeOf } from "../../../report/comparison/grades.ts";
import { render } from "../../../report/messages/render.ts";
import { MILLISECOND } from "../../../host/time.ts";
import { metricOf } from "../../../scenarios/metrics/catalogue.ts";
import { Distribution } from "../../../scenarios/metrics/distribution.ts";
import type { RunMetrics } from "../../../scenarios/metrics/measure-run.ts";
import { holding, reportOf, shared, single, violating } from "../support/suite-reports.ts";

/** What a run came to, its values by metric. */
function metricsOf(values: Readonly<Record<string, readonly number[]>>): RunMetrics {
  return Object.entries(values).map(([name, each]) => {
    const distribution = new Distribution();
    for (const value of each) distribution.add(value);
    return { name, values: distribution.data };
  });
}

const quick = metricsOf({
  "write-latency": [1, 2, 3].map((value) => value * MILLISECOND),
  "reads-in-faults": [4],
  "reads-in-faults-answered": [3],
  "writes-in-faults": [6],
  "writes-in-faults-answered": [6],
  "writes-ok": [3],
  "lost-writes": [0],
});
const slow = metricsOf({
  "write-latency": [9, 9, 9].map((value) => value * MILLISECOND),
  "writes-in-faults": [10],
  "writes-in-faults-answered": [1],
  "writes-ok": [3],
  "lost-writes": [2],
});

describe("a comparison", () => {
  const report = reportOf([
    [
      { ...single, listed: true },
      [
        { ...holding(2), metrics: slow },
        { ...holding(1), metrics: quick },
      ],
    ],
    [
      shared,
      [holding(1), violating(5, { kind: "table-vanished", claim: "SD-2" }), violating(3, { kind: "table-stale" })],
    ],
    [{ ...single, scenario: "alone" }, [holding(1)]],
    [{ ...single, case: "cases/x.json" }, [holding(1)]],
  ]);
  const [first, ...others] = comparisonsOf(report);
  const cellOf = (mode: number, id: string) => first?.modes[mode]?.cells.find(({ column }) => column.id === id);

  test("begins with the scenario that most modes ran, and has no cases", () => {
    expect(first?.scenario).toBe("compaction-race");
    expect(first?.modes.map(({ topology }) => topology)).toEqual(["single", "shared-disk:as-written"]);
    expect(others.map(({ scenario }) => scenario)).toEqual(["alone"]);
  });

  test("works figures out of all runs together, and a value for each listed seed, in order", () => {
    expect(cellOf(0, "lost-writes")?.value).toBe(2);
    expect(cellOf(0, "answered-in-faults")?.value).toBe(0.5);
    expect(cellOf(0, "answered-in-faults")?.seeds).toEqual([
      { seed: 1, value: 0.9 },
      { seed: 2, value: 0.1 },
    ]);
    expect(cellOf(0, "write-p50")?.seeds.map(({ seed }) => seed)).toEqual([1, 2]);
    expect(first?.modes[0]?.acknowledged).toBe(6);
  });

  test("says nothing where no run has a value", () => {
    expect(cellOf(0, "recovery")).toMatchObject({ value: undefined, seeds: [], spread: undefined });
    expect(cellOf(1, "lost-writes")?.value).toBeUndefined();
  });

  test("says what a mode promised if that held, and else what broke it, how often, and from which seed on", () => {
    expect(first?.modes[0]?.consistency).toMatchObject({
      promised: { id: "consistency-linearizable" },
      held: true,
      broken: undefined,
    });
    const broken = first?.modes[1];
    expect(broken?.consistency).toMatchObject({ held: false, broken: { share: 2 / 3 } });
    expect(broken?.smallestSeed).toBe(3);
  });

  test("knows what the document says of its designs, and of no others", () => {
    expect(gradeOf("raft:lease", "consistency")).toEqual({ mark: "✅", word: "grade-strong" });
    expect(gradeOf("shared-disk:as-written", "answered-in-faults")).toEqual({ mark: "❌", word: "grade-low" });
    expect(gradeOf("single", "consistency")).toBeUndefined();
    expect(gradeOf("raft:lease", "bytes-per-operation")).toBeUndefined();
  });
});

describe("a column", () => {
  test("rests on metrics that there are", () => {
    for (const { formula } of COLUMNS) {
      const names = "to" in formula ? [...formula.of, ...formula.to] : [formula.of];
      for (const name of names) expect(metricOf(name), `${name}, ${render(describeFormula(formula))}`).toBeDefined();
    }
  });

  test("divides by nothing that is not there", () => {
    const nothing = { runs: 0, distributionOf: () => undefined };
    for (const { formula } of COLUMNS) expect(evaluate(formula, nothing)).toBeUndefined();
  });

  test("prints figures in two or three digits, and never rounds what is not all to all", () => {
    expect(formatCell(0.9996, "answered-in-faults")).toBe("99.96 %");
    expect(formatCell(1, "answered-in-faults")).toBe("100 %");
    expect(formatCell(211_812_352, "recovery")).toBe("212 ms");
    expect(formatCell(2_210_000_000, "recovery")).toBe("2.2 s");
    expect(formatCell(876_544, "read-p50")).toBe("0.88");
    expect(formatCell(1_091_000_000, "write-p99")).toBe("1,091");
    expect(formatCell(682, "bytes-per-operation")).toBe("682");
    expect(formatCell(8_300, "bytes-per-operation")).toBe("8.1 K");
  });
});
