import { describe, expect, test } from "vitest";
import type { HistoryValue, Operation } from "../../checkers/history.ts";
import { checkLongFork } from "../../checkers/long-fork.ts";
import { drawing, operation, someOrder } from "./random-history.ts";
import { sentencesOf } from "./sentences.ts";

const write = (key: string, rest: Partial<Operation> = {}) => operation(0, 0, "write", 1, [0, 1], { key, ...rest });
const read = (values: HistoryValue, rest: Partial<Operation> = {}) => operation(0, 1, "read", values, [2, 3], rest);
const history = (...operations: Operation[]) => operations.map((one, index) => ({ ...one, index }));
const kindsOf = (...operations: Operation[]): string[] => {
  const result = checkLongFork(history(...operations));
  sentencesOf(result);
  return result.violations.map(({ kind }) => kind);
};

describe("long fork", () => {
  test("two reads that saw two writes in contrary orders", () => {
    const fork = history(write("x"), write("y"), read({ x: 1, y: null }), read({ x: null, y: 1 }));
    const result = checkLongFork(fork);
    expect(result.violations).toMatchObject([{ kind: "long-fork", operations: [2, 1, 3, 0] }]);
    expect(sentencesOf(result)).toEqual([
      "long fork: T2, T3 (processes 1, 1, 2 ns to 3 ns) saw writes happen in contrary orders: T2 → rw T1 → wr T3 → rw T0 → wr T2",
    ]);
    expect(result).toMatchObject({ reads: 2, earlyReads: 0, lateReads: 0 });
  });

  test("no fork: one read saw more than the other", () => {
    expect(
      kindsOf(write("x"), write("y"), read({ x: 1, y: null }), read({ x: 1, y: 1 }), read({ x: null, y: null })),
    ).toEqual([]);
    expect(kindsOf(write("x"), write("y"), read({ x: 1, y: null }), read({ x: 1, y: null }))).toEqual([]);
  });

  test("as transactions", () => {
    const txn = (value: HistoryValue) => operation(0, 0, "txn", value, [0, 1]);
    const writes = [txn([["w", "x", 7]]), txn([["w", "y", 8]])];
    expect(
      kindsOf(
        ...writes,
        txn([
          ["r", "x", 7],
          ["r", "y", null],
        ]),
        txn([
          ["r", "y", 8],
          ["r", "x", null],
        ]),
      ),
    ).toEqual(["long-fork"]);
    expect(
      kindsOf(
        ...writes,
        read([
          ["r", "x", 7],
          ["r", "y", null],
        ]),
        txn([
          ["r", "y", 8],
          ["r", "x", 7],
        ]),
      ),
    ).toEqual([]);
    expect(() =>
      checkLongFork([
        txn([
          ["r", "x", 7],
          ["w", "y", 1],
        ]),
      ]),
    ).toThrow(/step of write/);
    expect(() =>
      checkLongFork([
        txn([
          ["w", "x", 7],
          ["w", "y", 1],
        ]),
      ]),
    ).toThrow(/one key and nothing else/);
  });

  test("a ring of three reads of two keys each", () => {
    const reads = [read({ x: 1, y: null }), read({ y: 1, z: null }), read({ z: 1, x: null })];
    expect(kindsOf(write("x"), write("y"), write("z"), ...reads)).toEqual(["long-fork"]);
    expect(kindsOf(write("x"), write("y"), write("z"), ...reads.slice(0, 2))).toEqual([]);
  });

  test("values that no write left, reads without an answer, keys written twice", () => {
    expect(kindsOf(write("x"), read({ x: 2 }))).toEqual(["garbage-read"]);
    expect(kindsOf(write("x", { outcome: "fail" }), read({ x: 1 }))).toEqual(["garbage-read"]);
    expect(
      kindsOf(write("x"), write("y"), read({ x: 1, y: null }), read({ x: null, y: 1 }, { outcome: "info" })),
    ).toEqual([]);
    expect(() => checkLongFork([write("x"), write("x")])).toThrow(/written twice/);
  });

  test("says of 5,000 histories whether the reads fit some order of the writes", () => {
    const tally = { valid: 0, invalid: 0, unknown: 0 };
    for (let seed = 1; seed <= 5_000; seed++) {
      const draw = drawing(seed);
      const keys = ["x", "y", "z"].slice(0, 2 + draw(2));
      const order = draw(2) === 0 ? keys : [...keys].reverse();
      const wild = draw(2) === 0;
      const reads = Array.from({ length: 2 + draw(6) }, () => {
        const seen = new Set(order.slice(0, draw(keys.length + 1)));
        const asked = keys.filter(() => draw(4) > 0);
        return Object.fromEntries(
          asked.map((key) => [key, (wild && draw(3) === 0 ? draw(2) === 0 : seen.has(key)) ? 1 : null]),
        );
      });
      const { verdict } = checkLongFork(
        history(...keys.map((key) => write(key)), ...reads.map((values) => read(values))),
      );
      const fits = someOrder(
        keys.length,
        () => false,
        (inTurn) =>
          reads.every((values) =>
            Array.from(
              { length: keys.length + 1 },
              (_, many) => new Set(inTurn.slice(0, many).map((at) => keys[at])),
            ).some((prefix) => Object.entries(values).every(([key, value]) => (value === 1) === prefix.has(key))),
          ),
      );
      expect(verdict, `seed ${seed}`).toBe(fits ? "valid" : "invalid");
      tally[verdict]++;
    }
    expect(Math.min(tally.valid, tally.invalid)).toBeGreaterThan(500);
  });
});
