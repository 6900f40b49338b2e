import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { matcherOf } from "../../../report-ui/events/match.ts";
import { parseQuery, toggled, type Status } from "../../../report-ui/events/query.ts";
import { traceOf } from "../../report/support/trace-of.ts";

const RECORDS = traceOf([
  ["n1", "flush-finished", { file: 7 }],
  ["n2", "client-answered", { op: "read", key: "k1" }],
  ["n2", "client-refused", { op: "read", key: "k2", outcome: "failed" }],
  ["node-3", "file-unlinked", { path: "/db/000005.sst" }],
  ["n1", "version-installed", { version: 12 }],
]);

const STATUS: Readonly<Record<string, Status>> = { "client-answered": "ok", "client-refused": "failed" };

/** The records that a search finds, by rank. */
function found(text: string): number[] {
  const matches = matcherOf(parseQuery(text), {
    sentence: ({ data }) => (data.kind === "flush-finished" ? "刷写 → 000007.sst" : ""),
    has: ({ data }, status) => STATUS[data.kind] === status,
  });
  return RECORDS.filter(matches).map(({ index }) => index);
}

describe("a search", () => {
  test.each([
    ["", [0, 1, 2, 3, 4]],
    ["node:n1", [0, 4]],
    ["n:N1,node-3", [0, 3, 4]],
    ["host:n*", [0, 1, 2, 3, 4]],
    ["!n:n?", [0, 1, 2, 3, 4]],
    ["!n:n*", []],
    ["n:n2 !s:ok", [2]],
    ["-s:ok,failed", [0, 3, 4]],
    ["kind:client", [1, 2]],
    ["k:*-finished", [0]],
    ["key:k2", [2]],
    ["000005", [3]],
    ["刷写", [0]],
    ['"000007.SST"', [0]],
    ["t>1ms t<=3ms", [2, 3]],
    ["t:1ms..2ms", [1, 2]],
    ["version>=12", [4]],
    ["version>12", []],
    ["version:12", [4]],
    ["nothing:here", []],
  ])("%s", (text, ranks) => {
    expect(found(text)).toEqual(ranks);
  });

  test("says what it cannot understand, and does without", () => {
    expect(parseQuery("t>soon node: s:fine ok").problems).toEqual([
      { id: "search-no-time", text: "t>soon" },
      { id: "search-no-value", text: "node:" },
      { id: "search-no-status", text: "s:fine" },
    ]);
    expect(parseQuery('key:"k').problems).toEqual([{ id: "search-open-quote", text: 'key:"k' }]);
    expect(parseQuery("t>soon ok").tokens.map(({ values }) => values)).toEqual([["ok"]]);
  });

  test("knows where each token stands", () => {
    const text = '  node:n1  !"a b" t<3';
    expect(parseQuery(text).tokens.map(({ from, to }) => text.slice(from, to))).toEqual(["node:n1", '!"a b"', "t<3"]);
  });

  test("never fails, whatever is typed", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        found(text);
      }),
    );
    const parts = fc.constantFrom("!", "-", "n", ":", "<=", '"', ",", "*", "(", "[", "\\", " ", "..", "3ms");
    fc.assert(
      fc.property(fc.array(parts), (drawn) => {
        found(drawn.join(""));
      }),
    );
  });

  test("has a token put in, or taken out", () => {
    expect(toggled("flush", "node:n1")).toBe("flush node:n1");
    expect(toggled("flush  node:n1 x", "node:n1")).toBe("flush x");
  });
});
