import { expect, test } from "vitest";
import { dirtyReads } from "../../checkers/dirty-reads.ts";
import { operationsOf, type HistoryEntry } from "../../checkers/history.ts";

/** Entries at one moment after the other, all on one key. */
function history(
  ...lines: readonly (readonly [HistoryEntry["type"], process: number, f: "read" | "write", value: string | null])[]
): HistoryEntry[] {
  return lines.map(([type, process, f, value], time) => ({ type, process, f, key: "k", value, time }));
}

const found = (entries: readonly HistoryEntry[]): number[] =>
  dirtyReads(operationsOf(entries), { since: 90 }).map(({ index }) => index);

/** What was read in the end. */
const finally_ = (value: string | null): HistoryEntry[] => [
  { type: "invoke", process: 9, f: "read", key: "k", value: null, time: 100 },
  { type: "ok", process: 9, f: "read", key: "k", value, time: 101 },
];

test("a read of what nobody had acknowledged, and what is gone, is dirty", () => {
  const early = history(
    ["invoke", 0, "write", "a"],
    ["invoke", 1, "read", null],
    ["ok", 1, "read", "a"],
    ["info", 0, "write", "a"],
  );
  expect(found([...early, ...finally_(null)])).toEqual([1]);
  expect(found([...early, ...finally_("a")])).toEqual([]);
});

test("a read of what had been acknowledged is not: that it is gone is another matter", () => {
  const late = history(
    ["invoke", 0, "write", "a"],
    ["ok", 0, "write", "a"],
    ["invoke", 1, "read", null],
    ["ok", 1, "read", "a"],
  );
  expect(found([...late, ...finally_(null)])).toEqual([]);
});

test("what a later write has replaced is not gone, and of what is never read in the end nothing is said", () => {
  const replaced = history(
    ["invoke", 0, "write", "a"],
    ["invoke", 1, "read", null],
    ["ok", 1, "read", "a"],
    ["ok", 0, "write", "a"],
    ["invoke", 0, "write", "b"],
    ["ok", 0, "write", "b"],
  );
  expect(found([...replaced, ...finally_("b")])).toEqual([]);
  expect(found(replaced)).toEqual([]);
});
