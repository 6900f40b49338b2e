import { expect, test } from "vitest";
import { operationsOf, type HistoryEntry } from "../../../checkers/history.ts";
import { compareKeys } from "../../../scenarios/judge/key-order.ts";
import { registerView } from "../../../scenarios/judge/register-view.ts";

/** In the order of their UTF-8; in that of UTF-16 the last stands before the full-width form. */
const KEYS = ["", "a", "a\u0000", "aa", "b", "\ud7ff", "\ue000", "\uff01", "\uffff", "\u{1f600}", "\u{1f600}a"];

test("keys are compared as a store does, by their UTF-8", () => {
  for (const a of KEYS) {
    for (const b of KEYS) {
      expect(Math.sign(compareKeys(a, b))).toBe(Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b))));
    }
  }
});

test("a scan that stops at its limit has passed over no key that the store has behind it", () => {
  const common = { process: 0, f: "scan", key: undefined, time: 0 } as const;
  const history: HistoryEntry[] = [
    ...["\u{1f600}", "\uff01", "b", "a"].flatMap((key): HistoryEntry[] => [
      { ...common, f: "read", key, type: "invoke", value: undefined },
      { ...common, f: "read", key, type: "fail", value: undefined },
    ]),
    { ...common, type: "invoke", value: { from: "b", limit: 1 } },
    { ...common, type: "ok", value: [["\uff01", "x"]] },
  ];
  const reads = registerView(operationsOf(history)).filter(({ outcome }) => outcome === "ok");
  expect(reads.map(({ f, key, value }) => [f, key, value])).toEqual([
    ["read", "b", null],
    ["read", "\uff01", "x"],
  ]);
});
