import { describe, expect, test } from "vitest";
import { refusedReads } from "../../checkers/answers.ts";
import { operationsOf, type HistoryEntry } from "../../checkers/history.ts";

const entry = (
  time: number,
  process: number,
  type: HistoryEntry["type"],
  f: HistoryEntry["f"],
  rest: Partial<HistoryEntry> = {},
): HistoryEntry => ({ time, process, type, f, key: "k", value: undefined, ...rest });

describe("operationsOf", () => {
  test("joins invocations and completions; what never completed stays open for ever", () => {
    const operations = operationsOf([
      entry(1, 0, "invoke", "write", { value: "a" }),
      entry(2, 1, "invoke", "read"),
      entry(3, 0, "ok", "write", { position: 7 }),
      entry(4, 1, "ok", "read", { value: "a", node: "n1" }),
      entry(5, 1, "invoke", "read"),
      entry(6, 1, "fail", "read", { error: "table-missing", node: "n1" }),
      entry(7, 0, "invoke", "delete"),
      entry(8, 2, "invoke", "read"),
      entry(9, 2, "info", "read", { error: "timeout" }),
    ]);
    expect(
      operations.map(({ f, value, outcome, invoked, completed }) => [f, value, outcome, invoked, completed]),
    ).toEqual([
      ["write", "a", "ok", 1, 3],
      ["read", "a", "ok", 2, 4],
      ["read", undefined, "fail", 5, 6],
      ["delete", undefined, "info", 7, Infinity],
      ["read", undefined, "info", 8, Infinity],
    ]);
    expect(operations[0]?.position).toBe(7);
    expect(refusedReads(operations).map((read) => read.error)).toEqual(["table-missing"]);
    const [unreachable] = operationsOf([
      entry(1, 0, "invoke", "read"),
      entry(2, 0, "fail", "read", { error: "unreachable" }),
    ]);
    expect(refusedReads(unreachable === undefined ? [] : [unreachable])).toEqual([]);
    expect(refusedReads(operations, "other")).toEqual([]);
  });

  test("a read of nothing is null, unlike a read without an answer", () => {
    const [read] = operationsOf([entry(1, 0, "invoke", "read"), entry(2, 0, "ok", "read", { value: undefined })]);
    expect(read?.value).toBeNull();
  });

  test("refuses what no client can have done", () => {
    expect(() => operationsOf([entry(1, 0, "ok", "read")])).toThrow(/entry 0: process 0 completes/);
    expect(() => operationsOf([entry(1, 0, "invoke", "read"), entry(2, 0, "invoke", "read")])).toThrow(/entry 1/);
  });
});
