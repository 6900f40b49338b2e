import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Operation } from "../../checkers/history.ts";
import { checkStaleness, staleReads } from "../../checkers/staleness.ts";
import { foreignValues } from "../../checkers/values.ts";
import { drawing } from "./random-history.ts";
import { sentencesOf } from "./sentences.ts";

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

describe("checkStaleness", () => {
  const history = () => [
    op("write", 0, 10, "a"),
    op("write", 20, 30, "b"),
    op("write", 25, 40, "c"),
    op("write", 50, 60, "d"),
    op("read", 100, 110, "a"),
  ];

  test("bounds the age of what was read, and how many versions it was behind", () => {
    const late = checkStaleness(history(), { time: 69 });
    expect(late.violations).toMatchObject([{ kind: "stale-read" }]);
    expect(sentencesOf(late)).toEqual([
      "stale read: process 0 at 100 ns read a from k; b, which process 0 had written, had been acknowledged at 30 ns, 70 ns before (69 ns allowed)",
    ]);
    expect(checkStaleness(history(), { time: 70 }).verdict).toBe("valid");
    const behind = checkStaleness(history(), { versions: 2 });
    expect(behind.violations).toMatchObject([{ kind: "versions-behind", message: { params: { versions: 3 } } }]);
    sentencesOf(behind);
    expect(checkStaleness(history(), { versions: 3 }).verdict).toBe("valid");
    expect(checkStaleness(history(), {}).verdict).toBe("valid");
    expect(checkStaleness(history(), { time: 0, versions: 0 }).counts).toEqual({
      "stale-read": 1,
      "versions-behind": 1,
    });
  });

  test("a change that overlaps the read or the origin counts for nothing", () => {
    const [first, ...others] = history();
    const overlapping = [op("write", 0, 26, "a"), ...others];
    expect(checkStaleness(overlapping, { versions: 1 }).verdict).toBe("valid");
    expect(checkStaleness(overlapping, { versions: 0 }).violations[0]?.message.params["versions"]).toBe(1);
    const during = [...(first === undefined ? [] : [first]), op("write", 90, 105, "b"), op("read", 100, 110, "a")];
    expect(checkStaleness(during, { versions: 0 }).verdict).toBe("valid");
  });

  test("counts as a walk through all changes does, and finds the same replacement, in 5,000 histories", () => {
    let [stale, fresh] = [0, 0];
    for (let seed = 1; seed <= 5_000; seed++) {
      const draw = drawing(seed);
      const operations = Array.from({ length: 3 + draw(10) }, (_, at): Operation => {
        const invoked = at * 3 + draw(4);
        const completed = draw(10) === 0 ? Infinity : invoked + 1 + draw(8);
        const rest: Partial<Operation> = { key: `k${draw(2)}`, ...(draw(10) === 0 ? { outcome: "fail" } : {}) };
        if (draw(3) === 0)
          return op("read", invoked, invoked + 1 + draw(8), draw(4) === 0 ? null : `v${draw(at + 1)}`, rest);
        return draw(6) === 0
          ? op("delete", invoked, completed, undefined, rest)
          : op("write", invoked, completed, `v${at}`, rest);
      });
      const found = staleReads(operations, 0);
      const expected = operations.flatMap((read) => {
        if (read.f !== "read" || read.outcome !== "ok") return [];
        const changes = operations.filter((one) => one.f !== "read" && one.outcome !== "fail" && one.key === read.key);
        const left = (one: Operation) => (one.f === "delete" ? null : one.value);
        const origins = changes.filter((one) => left(one) === read.value);
        const newer = changes.filter(
          (one) =>
            one.outcome === "ok" &&
            one.completed < read.invoked &&
            origins.every((origin) => origin.completed < one.invoked),
        );
        const earliest = Math.min(...newer.map(({ completed }) => completed));
        return newer.length === 0 ? [] : [{ read, versions: newer.length, age: read.invoked - earliest }];
      });
      expect(found, `seed ${seed}`).toMatchObject(expected);
      expect(found).toHaveLength(expected.length);
      if (expected.length > 0) stale++;
      else fresh++;
    }
    expect(Math.min(stale, fresh)).toBeGreaterThan(500);
  });

  test("operations that are not of registers confuse nothing", () => {
    const [first] = history();
    const others = [
      op("cas", 20, 30, "b", { key: "c" }),
      op("add", 20, 30, "b", { key: "s" }),
      op("read", 40, 41, "b", { key: "c" }),
    ];
    expect(checkStaleness([...(first === undefined ? [] : [first]), ...others], { time: 0 }).verdict).toBe("valid");
    expect(foreignValues(others)).toEqual([]);
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
