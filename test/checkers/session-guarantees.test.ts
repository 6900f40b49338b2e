import { describe, expect, test } from "vitest";
import type { HistoryValue, Operation } from "../../checkers/history.ts";
import { checkSessionGuarantees, type SessionOptions } from "../../checkers/session-guarantees.ts";
import { operation } from "./random-history.ts";
import { sentencesOf } from "./sentences.ts";

/** One operation after the other. */
type Given = readonly [
  process: number,
  f: string,
  key: string,
  value: HistoryValue | undefined,
  rest?: Partial<Operation>,
];
const inTurn = (...given: Given[]): Operation[] =>
  given.map(([process, f, key, value, rest], at) =>
    operation(at, process, f, value, [at * 10, at * 10 + 5], { key, ...rest }),
  );
const kindsOf = (history: readonly Operation[], options?: SessionOptions): string[] => {
  const result = checkSessionGuarantees(history, options);
  sentencesOf(result);
  return result.violations.map(({ kind }) => kind);
};
const unknown = { outcome: "info", completed: Infinity, end: Infinity } as const;

describe("session guarantees", () => {
  test("read your writes: a session read what was there before its own write", () => {
    const history = inTurn([0, "write", "x", "a"], [1, "write", "x", "b"], [1, "read", "x", "a"]);
    expect(kindsOf(history)).toEqual(["read-your-writes"]);
    expect(sentencesOf(checkSessionGuarantees(history))).toEqual([
      "read-your-writes broken: process 1 at 20 ns read a from x, older than b, which it had itself left there at 10 ns",
    ]);
    expect(kindsOf(inTurn([0, "write", "x", "a"], [1, "write", "x", "b"], [2, "read", "x", "a"]))).toEqual([]);
    expect(kindsOf(inTurn([1, "write", "x", "b"], [1, "read", "x", null]))).toEqual(["read-your-writes"]);
    expect(kindsOf(inTurn([1, "write", "x", "b", unknown], [1, "read", "x", null]))).toEqual([]);
    expect(kindsOf(inTurn([0, "write", "x", "a"], [1, "delete", "x", undefined], [1, "read", "x", "a"]))).toEqual([
      "read-your-writes",
    ]);
    expect(kindsOf(history, { guarantees: ["monotonic-reads"] })).toEqual([]);
  });

  test("monotonic reads: a session read something older than before", () => {
    const writes: Given[] = [
      [0, "write", "x", "a"],
      [0, "write", "x", "b"],
    ];
    expect(kindsOf(inTurn(...writes, [1, "read", "x", "b"], [1, "read", "x", "a"]))).toEqual(["monotonic-reads"]);
    expect(kindsOf(inTurn(...writes, [1, "read", "x", "b"], [2, "read", "x", "a"]))).toEqual([]);
    expect(kindsOf(inTurn(...writes, [1, "read", "x", "a"], [1, "read", "x", "b"]))).toEqual([]);
    expect(kindsOf(inTurn(...writes, [1, "read", "x", "a"], [1, "read", "x", null]))).toEqual(["monotonic-reads"]);
    const concurrent = inTurn(...writes, [1, "read", "x", "b"], [1, "read", "x", "a"]).map((one) =>
      one.index === 0 ? { ...one, process: 5, completed: 12, end: 12 } : one,
    );
    expect(kindsOf(concurrent)).toEqual([]);
  });

  test("monotonic writes: an observer saw the later write of a session, and then not the earlier", () => {
    const history: Given[] = [
      [0, "write", "x", "a"],
      [0, "write", "y", "b"],
      [1, "read", "y", "b"],
      [1, "read", "x", null],
    ];
    expect(kindsOf(inTurn(...history))).toEqual(["monotonic-writes"]);
    expect(kindsOf(inTurn(...history), { guarantees: ["monotonic-writes"] })).toEqual([]);
    expect(kindsOf(inTurn(...history.slice(0, 3), [1, "read", "x", "a"]))).toEqual([]);
    expect(kindsOf(inTurn(...history.slice(0, 2), [1, "read", "x", null], [1, "read", "y", "b"]))).toEqual([]);
    const stamped = inTurn([0, "write", "x", "a", { position: 2 }], [0, "write", "x", "b", { position: 1 }]);
    expect(kindsOf(stamped, { guarantees: ["monotonic-writes"] })).toEqual(["monotonic-writes"]);
  });

  test("writes follow reads: an observer saw a write, and then not what its session had read before", () => {
    const history: Given[] = [
      [0, "write", "x", "a"],
      [1, "read", "x", "a"],
      [1, "write", "y", "b"],
      [2, "read", "y", "b"],
      [2, "read", "x", null],
    ];
    expect(kindsOf(inTurn(...history))).toEqual(["writes-follow-reads"]);
    expect(kindsOf(inTurn(...history.slice(0, 4), [2, "read", "x", "a"]))).toEqual([]);
    expect(kindsOf(inTurn(...history.slice(0, 4), [3, "read", "x", null]))).toEqual([]);
    const stamped = inTurn(
      [0, "write", "x", "a", { position: 2 }],
      [1, "read", "x", "a"],
      [1, "write", "x", "b", { position: 1 }],
    );
    expect(kindsOf(stamped)).toEqual(["writes-follow-reads"]);
  });

  test("positions tell more than time, and are held against values", () => {
    const overlapping = (positions: readonly [number, number]) => [
      operation(0, 0, "write", "a", [0, 15], { key: "x", position: positions[0] }),
      operation(1, 1, "write", "b", [10, 16], { key: "x", position: positions[1] }),
      operation(2, 1, "read", "a", [20, 25], { key: "x" }),
    ];
    expect(kindsOf(overlapping([1, 2]))).toEqual(["read-your-writes"]);
    expect(kindsOf(overlapping([2, 1]))).toEqual([]);
    const ahead = inTurn([0, "write", "x", "a", { position: 7 }], [1, "read", "x", "a", { position: 6 }]);
    expect(kindsOf(ahead)).toEqual(["contradicted-position"]);
    const behind = inTurn(
      [0, "write", "x", "a", { position: 1 }],
      [0, "write", "x", "b", { position: 2 }],
      [1, "read", "x", "a", { position: 2 }],
    );
    expect(kindsOf(behind)).toEqual([]);
    expect(kindsOf(behind, { exactPositions: true })).toEqual(["contradicted-position"]);
    const snapshot = inTurn([1, "write", "x", "b", { position: 2 }], [1, "read", "x", null, { position: 1 }]);
    expect(kindsOf(snapshot)).toEqual(["read-your-writes"]);
  });

  test("other values than null may be there in the beginning; other keys and functions confuse nothing", () => {
    expect(kindsOf(inTurn([1, "write", "x", "b"], [1, "read", "x", "0"]), { initial: "0" })).toEqual([
      "read-your-writes",
    ]);
    expect(kindsOf(inTurn([1, "write", "x", "b"], [1, "read", "x", "0"]))).toEqual([]);
    expect(kindsOf(inTurn([1, "write", "x", "b"], [1, "cas", "x", ["b", "c"]], [1, "read", "x", "c"]))).toEqual([]);
  });
});
