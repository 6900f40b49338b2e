import { describe, expect, test } from "vitest";
import { checkCausal, type CausalOptions } from "../../checkers/causal/causal.ts";
import type { HistoryValue, Operation } from "../../checkers/history.ts";
import { operation } from "./random-history.ts";
import { sentencesOf } from "./sentences.ts";

/** "0wx1" is: process 0 writes 1 to x; "1rx1" reads it, "1rx" reads nothing, "1dx" deletes it. */
const history = (text: string, rest: Partial<Operation> = {}): Operation[] =>
  text.split(" ").map((one, at) => {
    const [process, f, key, ...content] = one;
    const value: HistoryValue = content.length === 0 ? null : content.join("");
    const name = f === "w" ? "write" : f === "r" ? "read" : "delete";
    return operation(at, Number(process), name, value, [at * 10, at * 10 + 5], {
      key: key ?? "",
      ...(at === 0 ? rest : {}),
    });
  });
const kindsOf = (operations: readonly Operation[], options?: CausalOptions): string[] => {
  const result = checkCausal(operations, options);
  sentencesOf(result);
  return result.violations.map(({ kind }) => kind);
};
const memory = { model: "causal-memory" } as const;
const convergence = { model: "causal-convergence" } as const;

describe("causal consistency", () => {
  test("ThinAirRead", () => {
    expect(kindsOf(history("0wx1 1rx2"))).toEqual(["ThinAirRead"]);
    expect(kindsOf(history("0wx1 1rx1", { outcome: "fail" }))).toEqual(["ThinAirRead"]);
    expect(kindsOf(history("0wx1 1rx1"))).toEqual([]);
  });

  test("CyclicCO", () => {
    const cyclic = history("0rx1 0wy1 1ry1 1wx1");
    const result = checkCausal(cyclic);
    expect(result.violations).toMatchObject([{ kind: "CyclicCO", operations: [0, 1, 2, 3] }]);
    expect(result.violations[0]?.cycle?.map(({ relation }) => relation)).toEqual(["process", "wr", "process", "wr"]);
    expect(sentencesOf(result)).toEqual([
      "cyclic causal order: T0 → process T1 → wr T2 → process T3 → wr T0 (processes 0, 0, 1, 1, 0 ns to 30 ns) each follow from one another",
    ]);
    expect(kindsOf(history("0rx1 0wy1 1wx1 1ry1"))).toEqual([]);
  });

  test("WriteCOInitRead", () => {
    expect(kindsOf(history("0wx1 0wy1 1ry1 1rx"))).toEqual(["WriteCOInitRead"]);
    expect(kindsOf(history("0wx1 0wy1 1rx 1ry1"))).toEqual([]);
    expect(kindsOf(history("0wx1 0wy1 1ry1 1rx0"), { initial: "0" })).toEqual(["WriteCOInitRead"]);
    expect(kindsOf(history("0wx1 0wy1 2dx 1ry1 1rx"))).toEqual([]);
  });

  test("WriteCORead", () => {
    expect(kindsOf(history("0wx1 0wx2 1rx2 1rx1"))).toEqual(["WriteCORead"]);
    expect(kindsOf(history("0wx1 1rx1 1wx2 1wy3 2ry3 2rx1"))).toEqual(["WriteCORead"]);
    expect(kindsOf(history("0wx1 1wx2 2rx1 2rx2 3rx2 3rx1"))).toEqual([]);
    expect(kindsOf(history("0wx1 1rx1 1dx 1wy3 2ry3 2rx1"))).toEqual(["WriteCORead"]);
  });

  test("CyclicHB: one session saw two writes back and forth, which causal memory forbids", () => {
    const backAndForth = history("0wx1 1wx2 2rx1 2rx2 2rx1");
    expect(kindsOf(backAndForth)).toEqual([]);
    expect(kindsOf(backAndForth, memory)).toEqual(["CyclicHB"]);
    expect(kindsOf(history("0wx1 1wx2 2rx1 2rx2 3rx2 3rx1"), memory)).toEqual([]);
  });

  test("WriteHBInitRead: what one session saw puts a write before its read of the beginning", () => {
    // That session 2 read 2 from x after it knew of 1 puts 1, and z before it, before 2, and thus before its read of z.
    const given = history("0wz1 0wx1 0wq1 1wx2 1wy1 2ry1 2rz 2rq1 2rx2");
    expect(kindsOf(given)).toEqual([]);
    expect(kindsOf(given, memory)).toEqual(["WriteHBInitRead"]);
    expect(kindsOf(history("0wz1 0wx1 0wq1 1wx2 1wy1 2ry1 2rz 2rq1 2rx1"), memory)).toEqual([]);
  });

  test("CyclicCF: two sessions saw two writes end in contrary orders, which causal convergence forbids", () => {
    const contrary = history("0wx1 1wx2 2rx1 2rx2 3rx2 3rx1");
    expect(kindsOf(contrary, convergence)).toEqual(["CyclicCF"]);
    expect(kindsOf(history("0wx1 1wx2 2rx1 2rx2 3rx1 3rx2"), convergence)).toEqual([]);
  });

  test("a write of unknown outcome happened if it was read, and need not come before what its process did next", () => {
    const unknown = { outcome: "info", completed: Infinity, end: Infinity } as const;
    expect(kindsOf(history("0wx1 0wy1 1ry1 1rx", unknown))).toEqual([]);
    expect(kindsOf(history("0wx1 0wy1 1rx1 1wz1 2rz1 2rx", unknown))).toEqual(["WriteCOInitRead"]);
  });

  test("refuses values that are written twice to one key", () => {
    expect(() => checkCausal(history("0wx1 1wx1"))).toThrow(/entry 10: "1" is written to x twice/);
    expect(kindsOf(history("0wx1 1wy1"))).toEqual([]);
  });
});
