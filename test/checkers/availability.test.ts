import { describe, expect, test } from "vitest";
import { availabilityByNode, availabilityOf, checkAvailability } from "../../checkers/availability.ts";
import type { Operation } from "../../checkers/history.ts";
import { operation } from "./random-history.ts";
import { sentencesOf } from "./sentences.ts";

type Given = readonly [invoked: number, completed: number, outcome?: Operation["outcome"], rest?: Partial<Operation>];
const history = (...given: Given[]): Operation[] =>
  given.map(([invoked, completed, outcome = "ok", rest], at) =>
    operation(at, at, "read", null, [invoked, completed], { outcome, key: "x", ...rest }),
  );
const info = "info" as const;

describe("availability", () => {
  test("an outage lasts from the first demand without success to the next success", () => {
    const given = history([0, 5], [10, 20, "fail"], [30, 100], [110, 112]);
    expect(availabilityOf(given).longestOutage).toEqual({ from: 10, to: 100, ended: true });
    // Nothing was asked for between 5 and 200.
    expect(availabilityOf(history([0, 5], [200, 203])).longestOutage).toEqual({ from: 0, to: 5, ended: true });
    expect(availabilityOf(history([0, 5], [2, 9], [20, 26])).longestOutage).toEqual({ from: 20, to: 26, ended: true });
    expect(availabilityOf(history([0, 5], [3, 40])).longestOutage).toEqual({ from: 5, to: 40, ended: true });
    expect(availabilityOf([]).longestOutage).toBeUndefined();
  });

  test("an operation that nobody answered asked once, and an outage may never end", () => {
    expect(availabilityOf(history([0, Infinity, info], [10, 12], [500, 501])).longestOutage).toMatchObject({
      from: 0,
      to: 12,
    });
    expect(availabilityOf(history([0, 5], [10, Infinity, info], [90, Infinity, info])).longestOutage).toEqual({
      from: 10,
      to: 90,
      ended: false,
    });
  });

  test("windows tell the share of success", () => {
    const given = history([0, 5], [10, 20, "fail"], [11, 12, "fail"], [100, 105], [101, 110, "fail"], [350, 351]);
    const { windows, unavailable, whole } = availabilityOf(given, { window: 100 });
    expect(windows.map(({ invoked, ok }) => [invoked, ok])).toEqual([
      [3, 1],
      [2, 1],
      [0, 0],
      [1, 1],
    ]);
    expect(windows[2]?.ratio).toBeUndefined();
    expect(whole).toMatchObject({ invoked: 6, ok: 3, ratio: 0.5 });
    expect(unavailable).toEqual([]);
    expect(availabilityOf(given, { window: 10 }).unavailable).toMatchObject([{ from: 10, invoked: 2 }]);
    expect(() => availabilityOf(given, { window: 0.0001 })).toThrow(/at most 1000000/);
  });

  test("of some functions, or of one node", () => {
    const given = history(
      [0, 5, "ok", { f: "write", node: "n2" }],
      [10, 20, "fail", { node: "n1" }],
      [30, 35, "ok", { node: "n1" }],
    );
    expect(availabilityOf(given, { functions: ["write", "delete"] }).whole.ratio).toBe(1);
    expect(availabilityOf(given, { node: "n1" }).whole.ratio).toBe(0.5);
    expect([...availabilityByNode(given)].map(([node, { whole }]) => [node, whole.ratio])).toEqual([
      ["n1", 0.5],
      ["n2", 1],
    ]);
  });

  test("bounds on the longest outage and on the share of success", () => {
    const given = history([0, 5], [10, 20, "fail"], [30, 100], [110, 112]);
    const outage = checkAvailability(given, { longestOutage: 89 });
    expect(outage.violations).toMatchObject([{ kind: "outage", operations: [1] }]);
    expect(sentencesOf(outage)).toEqual([
      "outage: from 10 ns to 100 ns, for 90 ns, nothing succeeded (89 ns allowed), such as read of process 1, invoked at 10 ns",
    ]);
    expect(checkAvailability(given, { longestOutage: 90 }).verdict).toBe("valid");
    const low = checkAvailability(given, { ratio: 0.7, window: 50 });
    expect(low.violations).toMatchObject([{ kind: "low-success-ratio", operations: [1] }]);
    sentencesOf(low);
    expect(checkAvailability(given, { ratio: 0.6, window: 50 }).verdict).toBe("valid");
  });
});
