import { describe, expect, test } from "vitest";
import { operationsOf, type HistoryEntry, type HistoryValue } from "../../../checkers/history.ts";
import { accountsOf } from "../../../scenarios/judge/accounts.ts";

type Did = readonly [
  process: number,
  type: HistoryEntry["type"],
  f: "deposit" | "transfer" | "read",
  value?: HistoryValue,
];

/** Kinds of what is wrong with a history of accounts. */
function judged(...entries: readonly Did[]): string[] {
  const history = entries.map(([process, type, f, value], time): HistoryEntry => ({
    process,
    type,
    f,
    key: undefined,
    value,
    time,
  }));
  return accountsOf(operationsOf(history)).violations.map(({ kind }) => kind);
}

const deposit = (keys: readonly string[], amount: number, ends: "ok" | "info" = "ok"): Did[] => [
  [0, "invoke", "deposit", { keys, amount }],
  [0, ends, "deposit", { keys, amount }],
];
const finds = (balances: Record<string, number>): Did[] => [
  [1, "invoke", "read"],
  [1, "ok", "read", balances],
];

describe("reads of accounts", () => {
  test("find what several deposits paid in together", () => {
    const paid = [...deposit(["a"], 10), ...deposit(["b"], 5)];
    expect(judged(...paid, ...finds({ a: 10, b: 5 }))).toEqual([]);
    expect(judged(...paid, ...finds({ a: 10, b: 0 }))).toEqual(["wrong-total"]);
  });

  test("of some accounts alone have no total to be held against, but balances", () => {
    expect(judged(...deposit(["a", "b"], 10), ...finds({ a: 10 }))).toEqual([]);
    expect(judged(...deposit(["a", "b"], 10), ...finds({ a: -1 }))).toEqual(["negative-value"]);
  });

  test("find an account that a deposit names twice paid into once", () => {
    expect(judged(...deposit(["a", "a", "b"], 10), ...finds({ a: 10, b: 10 }))).toEqual([]);
  });

  test("that overlap a deposit find it or not, but never half of it", () => {
    const during = (balances: Record<string, number>): string[] => {
      const [begin, end] = deposit(["a", "b"], 10) as [Did, Did];
      return judged(begin, ...finds(balances), end);
    };
    expect(during({ a: 0, b: 0 })).toEqual([]);
    expect(during({ a: 10, b: 10 })).toEqual([]);
    expect(during({ a: 10, b: 0 })).toEqual(["wrong-total"]);
  });

  test("do not lose what an earlier one found of a deposit that nobody acknowledged", () => {
    const unknown = deposit(["a", "b"], 10, "info");
    expect(judged(...unknown, ...finds({ a: 0, b: 0 }), ...finds({ a: 10, b: 10 }))).toEqual([]);
    expect(judged(...unknown, ...finds({ a: 10, b: 10 }), ...finds({ a: 0, b: 0 }))).toEqual(["wrong-total"]);
  });

  test("find nothing where nothing was paid in, and no less than all once it was", () => {
    expect(judged(...finds({ a: 0, b: 0 }), ...deposit(["a", "b"], 10))).toEqual([]);
    expect(judged(...deposit(["a", "b"], 10), ...finds({ a: 0, b: 0 }))).toEqual(["wrong-total"]);
    expect(judged(...finds({ a: 1, b: 0 }), ...deposit(["a", "b"], 10))).toEqual(["wrong-total"]);
  });
});
