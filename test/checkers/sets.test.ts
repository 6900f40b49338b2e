import { describe, expect, test } from "vitest";
import type { Operation } from "../../checkers/history.ts";
import { checkSet } from "../../checkers/set.ts";
import { checkSetFull } from "../../checkers/set-full.ts";
import { drawing, operation } from "./random-history.ts";
import { sentencesOf } from "./sentences.ts";

type Times = readonly [number, number];
const add = (value: number, times: Times, rest: Partial<Operation> = {}) => operation(0, 0, "add", value, times, rest);
const read = (value: number[], times: Times, rest: Partial<Operation> = {}) =>
  operation(0, 1, "read", value, times, rest);
const history = (...operations: Operation[]) => operations.map((one, index) => ({ ...one, index }));
const failed = { outcome: "fail" } as const;

describe("set-full", () => {
  test("an element is stable once every read sees it", () => {
    const result = checkSetFull(history(add(1, [0, 10]), read([], [5, 20]), read([1], [30, 40])), {
      linearizable: true,
    });
    expect(result).toMatchObject({ verdict: "valid", stable: 1, lost: [], stale: [], neverRead: [] });
  });

  test("lost: acknowledged or seen, and missed by the last reads", () => {
    const seen = checkSetFull(history(add(1, [0, 10]), add(2, [0, 10]), read([1, 2], [20, 30]), read([2], [40, 50])));
    expect(seen).toMatchObject({ verdict: "invalid", stable: 1, lost: [1], lostLatencies: { max: 10 } });
    expect(sentencesOf(seen)).toEqual([
      "lost element: process 1 at 40 ns did not read 1 in set —, known since process 0 completed at 10 ns and last read by process 1 at 20 ns; no later read saw it",
    ]);
    const never = checkSetFull(history(add(1, [0, 10]), add(2, [0, 10]), read([2], [20, 30])));
    expect(never.violations).toMatchObject([{ kind: "lost-element", operations: [2, 0] }]);
    expect(sentencesOf(never)[0]).toContain("no read ever saw it");
    const unknown = checkSetFull(history(add(1, [0, Infinity]), read([1], [20, 30]), read([], [40, 50])));
    expect(unknown.lost).toEqual([1]);
  });

  test("never-read: no read tells", () => {
    const result = checkSetFull(history(add(1, [0, 10]), read([], [5, 20])));
    expect(result).toMatchObject({ verdict: "unknown", neverRead: [1], lost: [] });
    sentencesOf(result);
    expect(checkSetFull(history(add(1, [0, Infinity]), read([], [5, 20]))).neverRead).toEqual([1]);
  });

  test("stale: missed after it was known, then seen; allowed unless the set is to be linearizable", () => {
    const given = history(add(1, [0, 10]), read([], [25, 30]), read([1], [40, 50]));
    expect(checkSetFull(given)).toMatchObject({
      verdict: "valid",
      stale: [1],
      stableLatencies: { median: 15, max: 15 },
    });
    const strict = checkSetFull(given, { linearizable: true });
    expect(strict.violations).toMatchObject([{ kind: "stale-element", operations: [1, 0, 2] }]);
    sentencesOf(strict);
    const concurrent = history(add(1, [0, 27]), read([], [25, 30]), read([1], [40, 50]));
    expect(checkSetFull(concurrent, { linearizable: true }).verdict).toBe("valid");
  });

  test("what nobody added, or only failed to add, and what is there twice", () => {
    const foreign = checkSetFull(history(add(1, [0, 1]), read([1, 9], [5, 20])));
    expect(foreign.violations).toMatchObject([{ kind: "unexpected-element", operations: [1] }]);
    const aborted = checkSetFull(history(add(1, [0, 1]), add(2, [2, 3], failed), read([1, 2], [5, 20])));
    expect(aborted.violations).toMatchObject([{ kind: "unexpected-element", operations: [2, 1] }]);
    const twice = checkSetFull(history(add(1, [0, 1]), read([1, 1], [5, 20])));
    expect(twice.violations).toMatchObject([{ kind: "duplicate-element" }]);
    for (const result of [foreign, aborted, twice]) sentencesOf(result);
    expect(checkSetFull(history(add(1, [0, 1]), add(2, [2, 3], failed), read([1], [5, 20]))).verdict).toBe("valid");
  });

  test("sets of several keys do not mix", () => {
    const x = { key: "x" };
    expect(
      checkSetFull(history(add(1, [0, 1], x), read([1], [5, 20], x), read([], [30, 40], { key: "y" }))).verdict,
    ).toBe("valid");
  });

  test("200,000 elements lost at once are counted, and a few of them named", () => {
    const adds = Array.from({ length: 200_000 }, (_, value) =>
      operation(value, 0, "add", value, [value * 2, value * 2 + 1]),
    );
    const result = checkSetFull([...adds, operation(200_000, 1, "read", [7], [500_000, 500_001])]);
    expect(result).toMatchObject({ verdict: "invalid", stable: 1, counts: { "lost-element": 199_999 } });
    expect(result.violations).toHaveLength(100);
  });

  test("tells lost, stale and never-read apart as a walk through all reads does, in 5,000 histories", () => {
    const tally = { stable: 0, lost: 0, stale: 0, neverRead: 0 };
    for (let seed = 1; seed <= 5_000; seed++) {
      const draw = drawing(seed);
      const operations: Operation[] = [];
      for (let at = 0, count = 3 + draw(8); at < count; at++) {
        const start = at * 10 + draw(3);
        const end = draw(6) === 0 ? Infinity : start + 2 + draw(4) * 9;
        const values = [1, 2, 3].filter(() => draw(3) > 0);
        operations.push(
          draw(2) === 0 || end === Infinity ? add(1 + draw(3), [start, end]) : read(values, [start, end]),
        );
      }
      const given = history(...operations);
      const expected: Record<keyof typeof tally, number[]> = { stable: [], lost: [], stale: [], neverRead: [] };
      for (const value of [1, 2, 3]) {
        if (!given.some((one) => one.f === "add" && one.value === value)) continue;
        const reads = given.filter(({ f }) => f === "read");
        const sees = (one: Operation) => (one.value as number[]).includes(value);
        const known = Math.min(
          ...given.filter((one) => (one.f === "add" ? one.value === value : sees(one))).map(({ end }) => end),
        );
        const last = reads[reads.length - 1];
        if (last !== undefined && sees(last)) {
          expected.stable.push(value);
          if (reads.some((one) => !sees(one) && one.start > known)) expected.stale.push(value);
        } else if (last !== undefined && last.start > known) expected.lost.push(value);
        else expected.neverRead.push(value);
      }
      const result = checkSetFull(given);
      const sorted = (values: readonly unknown[]) => [...values].map(Number).sort((a, b) => a - b);
      const found = { lost: sorted(result.lost), stale: sorted(result.stale), neverRead: sorted(result.neverRead) };
      const { stable, ...others } = expected;
      expect(found, `seed ${seed}`).toEqual(others);
      expect(result.stable).toBe(stable.length);
      for (const name of ["stable", "lost", "stale", "neverRead"] as const) tally[name] += expected[name].length;
    }
    expect(Math.min(...Object.values(tally))).toBeGreaterThan(500);
  });
});

describe("set", () => {
  test("the last read decides", () => {
    const given = history(add(1, [0, 10]), add(2, [0, Infinity]), read([], [20, 25]), read([1, 2], [30, 40]));
    expect(checkSet(given)).toMatchObject({ verdict: "valid", acknowledged: 1, stale: [1], recovered: [2], lost: [] });
    const lost = checkSet(history(add(1, [0, 10]), read([1], [20, 25]), read([], [30, 40])));
    expect(lost.violations).toMatchObject([{ kind: "lost-element", operations: [2, 0, 1] }]);
    const unseen = checkSet(history(add(1, [0, 10]), read([], [30, 40])));
    expect(unseen.violations).toMatchObject([{ kind: "lost-element", operations: [1, 0] }]);
    const late = checkSet(history(add(1, [0, 35]), read([], [30, 40])));
    expect(late).toMatchObject({ verdict: "valid", neverRead: [1] });
    const unread = checkSet(history(add(1, [0, 10])));
    expect(unread.verdict).toBe("unknown");
    for (const result of [lost, unseen, unread]) sentencesOf(result);
  });

  test("an element seen before its add was acknowledged is lost only when the last read began after that", () => {
    expect(checkSet(history(add(1, [0, 35]), read([1], [1, 2]), read([], [30, 40]))).verdict).toBe("valid");
    expect(checkSetFull(history(add(1, [0, 35]), read([1], [1, 2]), read([], [30, 40]))).verdict).toBe("invalid");
  });
});
