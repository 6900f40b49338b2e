import { describe, expect, test } from "vitest";
import { operationsOf, type HistoryEntry, type HistoryValue } from "../../../checkers/history.ts";
import { lostTransfers } from "../../../scenarios/judge/final-balances.ts";

const entry = (
  process: number,
  type: HistoryEntry["type"],
  f: string,
  value: HistoryValue | undefined,
  time: number,
): HistoryEntry => ({ process, type, f, key: undefined, value, time });

const deposit = { keys: ["a", "b"], amount: 10 };
const transfer = { from: "a", to: "b", amount: 3 };

/** A deposit, a transfer that ends in some way, and a read of everything. */
function history(outcome: "ok" | "fail" | "info", balances: Readonly<Record<string, number>>): HistoryEntry[] {
  return [
    entry(0, "invoke", "deposit", deposit, 0),
    entry(0, "ok", "deposit", deposit, 1),
    entry(0, "invoke", "transfer", transfer, 2),
    entry(0, outcome, "transfer", transfer, 3),
    entry(1, "invoke", "read", undefined, 4),
    entry(1, "ok", "read", balances, 5),
  ];
}

const kinds = (entries: HistoryEntry[]): string[] => lostTransfers(operationsOf(entries)).map(({ kind }) => kind);

describe("balances at the end", () => {
  test("show an acknowledged transfer that is forgotten whole, though the total is right", () => {
    expect(kinds(history("ok", { a: 7, b: 13 }))).toEqual([]);
    expect(kinds(history("ok", { a: 10, b: 10 }))).toEqual(["lost-transfer", "lost-transfer"]);
  });

  test("may or may not have a transfer of unknown outcome, and must not have one that failed", () => {
    for (const balances of [
      { a: 7, b: 13 },
      { a: 10, b: 10 },
    ]) {
      expect(kinds(history("info", balances))).toEqual([]);
    }
    expect(kinds(history("info", { a: 6, b: 14 }))).toHaveLength(2);
    expect(kinds(history("fail", { a: 7, b: 13 }))).toHaveLength(2);
    expect(kinds(history("fail", { a: 10, b: 10 }))).toEqual([]);
  });

  test("that were read before the last acknowledgement say nothing", () => {
    const entries = history("ok", { a: 10, b: 10 });
    const [first, second, invoke, ok, readInvoke, readOk] = entries as [
      HistoryEntry,
      HistoryEntry,
      HistoryEntry,
      HistoryEntry,
      HistoryEntry,
      HistoryEntry,
    ];
    expect(kinds([first, second, invoke, readInvoke, ok, readOk])).toEqual([]);
  });
});
