import { describe, expect, test } from "vitest";
import type { HistoryEntry } from "../../../checkers/history.ts";
import { checkLinearizable } from "../../../checkers/linearizability/check-linearizable.ts";
import { LINEARIZABILITY_MODELS } from "../../../checkers/linearizability/model.ts";
import { render } from "../../../report/messages/render.ts";
import { generateHistory } from "../../../bench/linearizability/histories.ts";
import { done, history, type Line } from "./histories.ts";

/** Adds of different amounts, all open at once, and a read of a sum of which only trying tells whether it can be. */
function hardCounter(adds: number, key?: string): HistoryEntry[] {
  const lines: Line[] = [];
  for (let at = 0; at < adds; at++) lines.push([at, "invoke", "add", 2 * (1_000 + at * at), key]);
  lines.push([adds, "invoke", "read", undefined, key], [adds, "ok", "read", 1_000 * adds + 1, key]);
  for (let at = 0; at < adds; at++) lines.push([at, "ok", "add", 2 * (1_000 + at * at), key]);
  return history(...lines);
}

describe("limits", () => {
  test("a search that runs out of steps answers unknown, with the longest order that it found", () => {
    const result = checkLinearizable(hardCounter(40), "counter", { steps: 5_000 });
    expect(result.verdict).toBe("unknown");
    expect(result.violations).toEqual([]);
    expect(result.steps).toBeLessThanOrEqual(5_001);
    expect(result.undecided).toBe(1);
    expect(result.longest[0]?.verdict).toBe("unknown");
    expect(result.longest[0]?.order.length).toBeGreaterThan(0);
    expect(result.longest[0]?.unplaced).toEqual([40]);
    expect(render(result.unknown ?? { id: "", params: {} })).toBe(
      "1 of 1 parts of the history remain undecided: the limit of 5,000 configurations was reached.",
    );
  });

  test("a search that runs out of memory answers unknown", () => {
    const result = checkLinearizable(hardCounter(40), "counter", { bytes: 2 ** 22 });
    expect(result.verdict).toBe("unknown");
    expect(render(result.unknown ?? { id: "", params: {} }, "zh-CN")).toBe(
      "历史的 1 个部分中有 1 个未能判定：已达到 4,194,304 字节的上限。",
    );
  });

  test("a violation on one key is found although another key is hard, and ends the matter", () => {
    const wrong: Line[] = [
      [100, "invoke", "read", undefined, "wrong"],
      [100, "ok", "read", -1, "wrong"],
    ];
    const result = checkLinearizable([...hardCounter(40, "hard"), ...history(...wrong)], "counter");
    expect([result.verdict, result.undecided, result.unknown]).toEqual(["invalid", 1, undefined]);
    expect(result.violations.map(({ operations }) => operations)).toEqual([[41]]);
    expect(result.longest.map(({ key, verdict }) => [key, verdict])).toEqual([
      ["hard", "unknown"],
      ["wrong", "invalid"],
    ]);
    expect(result.steps).toBeLessThan(100_000);
  });

  test("an empty history is linearizable", () => {
    for (const model of LINEARIZABILITY_MODELS) expect(checkLinearizable([], model).verdict).toBe("valid");
  });

  test("the same history has the same answer, to the last step", () => {
    for (const bad of [false, true]) {
      for (const model of ["register", "cas-register", "kv", "queue", "stack", "set", "counter"] as const) {
        const shape = { model, keys: 3, operations: 60, processes: 5, values: 4, unknown: 0.05, bad };
        const entries = generateHistory(shape, 7);
        expect(checkLinearizable(entries, model)).toEqual(checkLinearizable(entries, model));
      }
    }
  });
});

describe("large histories", () => {
  test("300,000 operations over many keys", () => {
    const shape = {
      model: "cas-register",
      keys: 300,
      operations: 20,
      processes: 4,
      values: 5,
      unknown: 0.01,
      bad: false,
    } as const;
    const few = generateHistory(shape, 1);
    const busiest = few.reduce((most, { process }) => Math.max(most, process), 0) + 1;
    const many = Array.from({ length: 50 }, (_, copy) =>
      few.map((entry) => ({ ...entry, process: entry.process + copy * busiest, key: `${entry.key ?? ""}-${copy}` })),
    ).flat();
    const result = checkLinearizable(many, "cas-register");
    expect([result.verdict, result.partitions]).toEqual(["valid", 15_000]);
  });

  test("100,000 operations on one key", () => {
    const writes = Array.from({ length: 50_000 }, (_, at) => [
      ...done(0, "write", at % 10),
      ...done(1, "read", at % 10),
    ]);
    const entries = (lines: readonly Line[]) =>
      lines.map(([process, type, f, value], time): HistoryEntry => ({ process, type, f, key: undefined, value, time }));
    expect(checkLinearizable(entries(writes.flat()), "register").verdict).toBe("valid");
    const stale = entries([...writes.flat(), ...done(1, "read", 3)]);
    const { violations } = checkLinearizable(stale, "register");
    expect(violations.map(({ operations }) => operations[0])).toEqual([100_000]);
  });

  for (const [model, operations, processes] of [
    ["register", 1_000, 50],
    ["cas-register", 1_000, 50],
    ["kv", 1_000, 50],
    ["set", 1_000, 50],
    ["queue", 1_000, 20],
    ["stack", 1_000, 10],
  ] as const) {
    test(`${model}: ${operations} operations of ${processes} processes on one key, right and wrong`, () => {
      const shape = { model, keys: 1, operations, processes, values: 0, unknown: 0 };
      for (const seed of [1, 2, 3]) {
        const good = checkLinearizable(generateHistory({ ...shape, bad: false }, seed), model, { steps: 1_000_000 });
        expect(good.verdict).toBe("valid");
        const bad = checkLinearizable(generateHistory({ ...shape, bad: true }, seed), model, { steps: 1_000_000 });
        expect(bad.verdict).not.toBe("unknown");
      }
    });
  }
});
