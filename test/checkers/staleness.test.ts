import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Operation } from "../../checkers/history.ts";
import { staleReads } from "../../checkers/staleness.ts";
import { foreignValues } from "../../checkers/values.ts";

let next = 0;
const op = (
  f: Operation["f"],
  invoked: number,
  completed: number,
  value: string | null | undefined,
  rest: Partial<Operation> = {},
): Operation => ({
  index: next++,
  process: 0,
  f,
  key: "k",
  input: f === "read" ? undefined : (value ?? undefined),
  value,
  outcome: completed === Infinity ? "info" : "ok",
  invoked,
  completed,
  start: invoked,
  end: completed,
  error: undefined,
  node: undefined,
  position: undefined,
  ...rest,
});

describe("staleReads", () => {
  test("a read of what was overwritten before it began is stale by the time since then", () => {
    const history = [op("write", 0, 10, "a"), op("write", 20, 30, "b"), op("read", 100, 110, "a")];
    expect(staleReads(history, 0)).toMatchObject([{ age: 70, overwrittenBy: { value: "b" } }]);
    expect(staleReads(history, 69)).toHaveLength(1);
    expect(staleReads(history, 70)).toEqual([]);
  });

  test("nothing read although a value was acknowledged is stale; before that it is not", () => {
    expect(staleReads([op("write", 0, 10, "a"), op("read", 11, 12, null)], 0)).toHaveLength(1);
    expect(staleReads([op("write", 0, 10, "a"), op("read", 9, 12, null)], 0)).toEqual([]);
  });

  test("concurrent writes, unknown writes and deletes get the benefit of the doubt", () => {
    const concurrent = [op("write", 0, 50, "a"), op("write", 40, 60, "b"), op("read", 100, 110, "a")];
    expect(staleReads(concurrent, 0)).toEqual([]);
    const unknown = [op("write", 0, Infinity, "a"), op("write", 40, 60, "b"), op("read", 100, 110, "a")];
    expect(staleReads(unknown, 0)).toEqual([]);
    const open = [op("write", 0, 10, "a"), op("write", 40, Infinity, "b"), op("read", 100, 110, "a")];
    expect(staleReads(open, 0)).toEqual([]);
    const deleted = [op("write", 0, 10, "a"), op("delete", 20, 25, undefined), op("read", 30, 31, null)];
    expect(staleReads(deleted, 0)).toEqual([]);
    const undead = [op("write", 0, 10, "a"), op("delete", 20, 25, undefined), op("read", 30, 31, "a")];
    expect(staleReads(undead, 0)).toHaveLength(1);
    const failed = [op("write", 0, 10, "a"), op("write", 20, 25, "b", { outcome: "fail" }), op("read", 30, 31, "a")];
    expect(staleReads(failed, 0)).toEqual([]);
  });

  test("keys do not mix", () => {
    expect(staleReads([op("write", 0, 10, "a", { key: "other" }), op("read", 20, 21, null)], 0)).toEqual([]);
  });

  test("an atomic register never yields one, and a register that lags by d yields none beyond the bound d", () => {
    const gaps = fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 50 })), { maxLength: 60 });
    fc.assert(
      fc.property(gaps, fc.integer({ min: 0, max: 100 }), (steps, lag) => {
        let now = 0;
        const operations: Operation[] = [];
        const states: { from: number; value: string | null }[] = [{ from: -Infinity, value: null }];
        steps.forEach(([write, gap], step) => {
          now += gap;
          if (write) {
            operations.push(op("write", now, now + 4, `v${step}`));
            states.push({ from: now + 2, value: `v${step}` });
          } else {
            const visible = states.findLast((state) => state.from <= now + 2 - lag);
            operations.push(op("read", now, now + 4, visible?.value ?? null));
          }
          now += 4;
        });
        expect(staleReads(operations, lag)).toEqual([]);
        expect(foreignValues(operations)).toEqual([]);
      }),
    );
  });
});

describe("foreignValues", () => {
  test("finds values that nobody wrote, that failed, or that come from the future", () => {
    const nobody = op("read", 5, 6, "x");
    const failed = op("read", 15, 16, "b");
    const future = op("read", 25, 26, "c");
    const open = op("read", 35, 36, "d");
    const history = [
      nobody,
      op("write", 10, 11, "b", { outcome: "fail" }),
      failed,
      future,
      op("write", 30, Infinity, "d"),
      open,
      op("write", 40, 41, "c"),
    ];
    expect(foreignValues(history).map((found) => found.read)).toEqual([nobody, failed, future]);
  });

  test("takes what a compare-and-set put there for written, unless it was refused", () => {
    const cas = (time: number, to: string, rest: Partial<Operation> = {}) =>
      op("cas", time, time + 1, null, { value: [null, to], ...rest });
    const refused = op("read", 35, 36, "b");
    const history = [cas(10, "a"), op("read", 20, 21, "a"), cas(30, "b", { outcome: "fail" }), refused];
    expect(foreignValues(history).map((found) => found.read)).toEqual([refused]);
    const stale = op("read", 50, 51, "a");
    const fresh = op("read", 60, 61, "c");
    const replaced = [cas(10, "a"), cas(40, "c"), stale, fresh];
    expect(staleReads(replaced, 0).map((found) => found.read)).toEqual([stale]);
  });
});
