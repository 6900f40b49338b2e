import { describe, expect, test } from "vitest";
import { checkBank, type BankOptions } from "../../checkers/bank.ts";
import type { HistoryValue, Operation } from "../../checkers/history.ts";
import { drawing, operation } from "./random-history.ts";
import { sentencesOf } from "./sentences.ts";

const reading = (...balances: HistoryValue[]): Operation[] =>
  balances.map((value, at) => operation(at, 0, "read", value, [at * 10, at * 10 + 5]));
const kindsOf = (history: readonly Operation[], options?: BankOptions): string[] => {
  const result = checkBank(history, options);
  sentencesOf(result);
  return result.violations.map(({ kind }) => kind);
};

describe("bank", () => {
  test("every read finds the same total, given or as first read", () => {
    expect(kindsOf(reading({ 0: 10, 1: 5 }, { 0: 7, 1: 8 }))).toEqual([]);
    expect(kindsOf(reading({ 0: 10, 1: 5 }, { 0: 7, 1: 9 }))).toEqual(["wrong-total"]);
    expect(kindsOf(reading({ 0: 10, 1: 5 }), { total: 16 })).toEqual(["wrong-total"]);
    expect(kindsOf(reading({ 0: 10, 1: 5 }), { initial: { 0: 15, 1: 0 } })).toEqual([]);
    expect(checkBank(reading({ 0: 10, 1: 5 }))).toMatchObject({ total: 15, reads: 1, verdict: "valid" });
  });

  test("balances may come as pairs", () => {
    expect(
      kindsOf(
        reading(
          [
            [0, 10],
            [1, 5],
          ],
          [
            [1, 4],
            [0, 11],
          ],
        ),
      ),
    ).toEqual([]);
    expect(
      kindsOf(
        reading(
          [
            [0, 10],
            [1, 5],
          ],
          [
            [1, 4],
            [0, 10],
          ],
        ),
      ),
    ).toEqual(["wrong-total"]);
  });

  test("negative balances may be allowed", () => {
    expect(kindsOf(reading({ 0: -1, 1: 16 }))).toEqual(["negative-value"]);
    expect(kindsOf(reading({ 0: -1, 1: 16 }), { negativeBalances: true })).toEqual([]);
    expect(kindsOf(reading({ 0: 0, 1: 15 }))).toEqual([]);
  });

  test("accounts must be there, and no others", () => {
    expect(kindsOf(reading({ 0: 10, 1: null }), { total: 10 })).toEqual(["nil-balance"]);
    expect(kindsOf(reading({ 0: 10, 2: 5 }), { initial: { 0: 10, 1: 5 } })).toEqual(["unexpected-key"]);
  });

  test("a difference that is the amount of a transfer is explained by it", () => {
    const history = [
      operation(0, 1, "transfer", { from: 0, to: 1, amount: 3 }, [0, 20]),
      operation(1, 0, "read", { 0: 7, 1: 5 }, [5, 10]),
      operation(2, 2, "transfer", { from: 0, to: 1, amount: 3 }, [30, 40]),
    ];
    const result = checkBank(history, { total: 15 });
    expect(result.violations[0]?.operations).toEqual([1, 0]);
    expect(sentencesOf(result)).toEqual([
      "wrong total: process 0 at 5 ns read balances that add up to 12, not 15; the difference is the 3 that process 1 began to transfer at 0 ns",
    ]);
    expect(checkBank(history, { total: 16 }).violations[0]?.operations).toEqual([1]);
  });

  test("only what was read is judged, and what is no balance is refused", () => {
    const unread = reading({ 0: 1 }, null).map((one, at) => (at === 1 ? { ...one, outcome: "info" as const } : one));
    expect(kindsOf(unread)).toEqual([]);
    expect(() => checkBank(reading(7))).toThrow(/entry 0: 7 gives no balances/);
    expect(() => checkBank(reading({ 0: "x" }))).toThrow(/no balance of an account/);
  });

  test("agrees with an addition over 5,000 runs of a bank, sound ones and ones seen in the midst of transfers", () => {
    const tally = { valid: 0, invalid: 0, unknown: 0 };
    for (let seed = 1; seed <= 5_000; seed++) {
      const draw = drawing(seed);
      const [accounts, torn, overdraft] = [2 + draw(3), draw(2) === 0, draw(3) === 0];
      const balances = Array.from({ length: accounts }, () => 5 + draw(10));
      const total = balances.reduce((sum, balance) => sum + balance, 0);
      const history: Operation[] = [];
      let sound = true;
      for (let index = 0, count = 2 + draw(10); index < count; index++) {
        const [from, to, amount] = [draw(accounts), draw(accounts), 1 + draw(4)];
        const transfers = draw(2) === 0 && (overdraft || (balances[from] ?? 0) >= amount);
        if (transfers) balances[from] = (balances[from] ?? 0) - amount;
        if (!transfers || (torn && draw(3) === 0)) {
          const sum = balances.reduce((left, balance) => left + balance, 0);
          if (sum !== total || balances.some((balance) => balance < 0)) sound = false;
          const time = history.length * 10;
          history.push(operation(history.length, 0, "read", Object.fromEntries(balances.entries()), [time, time + 5]));
        }
        if (transfers) balances[to] = (balances[to] ?? 0) + amount;
      }
      const { verdict } = checkBank(history, { total });
      expect(verdict, `seed ${seed}`).toBe(sound ? "valid" : "invalid");
      tally[verdict]++;
    }
    expect(Math.min(tally.valid, tally.invalid)).toBeGreaterThan(500);
  });
});
