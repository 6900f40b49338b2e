import { describe, expect, test } from "vitest";
import type { HistoryValue, Operation } from "../../../checkers/history.ts";
import {
  CONSISTENCY_MODELS,
  forbiddenAnomalies,
  type ConsistencyModel,
} from "../../../checkers/transactions/consistency-model.ts";
import { checkListAppend } from "../../../checkers/transactions/list-append.ts";
import { render } from "../../../report/messages/render.ts";
import { operation } from "../random-history.ts";
import { sentencesOf } from "../sentences.ts";

/** A transaction from text such as "ax1 ry=12": appends 1 to x, reads 1 and 2 from y; "ry" is a read not known. */
const steps = (text: string): HistoryValue =>
  text.split(" ").map((step): HistoryValue => {
    const [f, key, rest] = [step[0], step[1] ?? "", step.slice(2)];
    if (f === "a") return ["append", key, Number(rest)];
    return ["r", key, rest === "" ? null : rest.slice(1).split("").map(Number)];
  });

/** Transactions one after the other (each by a process of its own unless told), or all at once. */
type Given = readonly [text: string, rest?: Partial<Operation>];
const concurrent = (...given: Given[]): Operation[] =>
  given.map(([text, rest], at) => operation(at, at, "txn", steps(text), [at, 100 + at], rest));
const inTurn = (...given: Given[]): Operation[] =>
  given.map(([text, rest], at) => operation(at, at, "txn", steps(text), [at * 10, at * 10 + 5], rest));

const kindsOf = (history: readonly Operation[], model?: ConsistencyModel): string[] => {
  const result = checkListAppend(history, { model });
  sentencesOf(result);
  return result.violations.map(({ kind }) => kind);
};
const failed = { outcome: "fail" } as const;
const unknown = { outcome: "info", end: Infinity, completed: Infinity } as const;

describe("list-append", () => {
  test("a serial history has no anomaly", () => {
    expect(kindsOf(inTurn(["ax1 rx=1"], ["rx=1 ay1"], ["ax2 ry=1"], ["rx=12 ry=1"]))).toEqual([]);
  });

  test("G0: two transactions appended in opposite orders", () => {
    expect(kindsOf(concurrent(["ax1 ay1"], ["ax2 ay2"], ["rx=12 ry=21"]))).toContain("G0");
    expect(kindsOf(concurrent(["ax1 ay1"], ["ax2 ay2"], ["rx=12 ry=12"]))).toEqual([]);
    const [first] = checkListAppend(concurrent(["ax1 ay1"], ["ax2 ay2"], ["rx=12 ry=21"])).violations;
    expect(first?.cycle).toMatchObject([
      { from: 0, to: 1, relation: "ww", key: "x" },
      { from: 1, to: 0, relation: "ww", key: "y" },
    ]);
    expect(render(first?.message ?? { id: "", params: {} })).toBe(
      "write cycle: T0 → ww T1 → ww T0 (processes 0, 1, 0 ns to 101 ns) overwrote one another in a circle",
    );
    expect(first?.cycle?.map(({ message }) => render(message))).toEqual([
      "T1 appended 2 to x after 1, which T0 appended",
      "T0 appended 1 to y after 2, which T1 appended",
    ]);
  });

  test("G1a: a read of what a failed transaction appended", () => {
    const history = inTurn(["ax1", failed], ["rx=1"]);
    expect(kindsOf(history)).toEqual(["G1a"]);
    expect(kindsOf(history, "read-uncommitted")).toEqual([]);
    expect(sentencesOf(checkListAppend(history))).toEqual([
      "aborted read: T1 of process 1 at 10 ns saw 1 in x, which T0 of process 0 appended before it failed",
    ]);
    expect(kindsOf(inTurn(["ax1", failed], ["rx="]))).toEqual([]);
    expect(kindsOf(inTurn(["ax1", unknown], ["rx=1"]))).toEqual([]);
  });

  test("G1b: a read between two appends of one transaction", () => {
    expect(kindsOf(concurrent(["ax1 ax2"], ["rx=1"]), "read-committed")).toEqual(["G1b"]);
    expect(kindsOf(concurrent(["ax1 ax2"], ["rx=12"]))).toEqual([]);
    expect(kindsOf(concurrent(["ax1 rx=1 ax2"], ["rx="]))).toEqual([]);
  });

  test("G1c: two transactions saw each other's writes", () => {
    expect(kindsOf(concurrent(["ax1 ry=1"], ["ay1 rx=1"]))).toEqual(["G1c"]);
    expect(kindsOf(concurrent(["ax1 ry=1"], ["ay1 rx=1"]), "read-uncommitted")).toEqual([]);
    expect(kindsOf(concurrent(["ax1 ry=1"], ["ay1 rx="]))).toEqual([]);
  });

  test("G-single: read skew, which repeatable read and snapshot isolation forbid", () => {
    const skew = concurrent(["ax1 ay1"], ["rx=1 ry="]);
    expect(kindsOf(skew)).toEqual(["G-single"]);
    expect(kindsOf(skew, "snapshot-isolation")).toEqual(["G-single"]);
    expect(kindsOf(skew, "repeatable-read")).toEqual(["G-single"]);
    expect(kindsOf(skew, "read-committed")).toEqual([]);
    expect(kindsOf(concurrent(["ax1 ay1"], ["rx= ry="]))).toEqual([]);
  });

  test("G-nonadjacent: a long fork, which snapshot isolation forbids", () => {
    const fork = concurrent(["ax1"], ["ay1"], ["rx=1 ry="], ["rx= ry=1"]);
    expect(kindsOf(fork, "snapshot-isolation")).toEqual(["G-nonadjacent"]);
    expect(kindsOf(fork, "serializable")).toEqual(["G-nonadjacent"]);
    expect(kindsOf(concurrent(["ax1"], ["ay1"], ["rx=1 ry="], ["rx= ry="]))).toEqual([]);
  });

  test("G2-item: write skew, which snapshot isolation allows", () => {
    const skew = concurrent(["rx= ay1"], ["ry= ax1"]);
    expect(kindsOf(skew, "serializable")).toEqual(["G2-item"]);
    expect(kindsOf(skew, "snapshot-isolation")).toEqual([]);
    expect(kindsOf(concurrent(["rx= ay1"], ["ry=1 ax1"]))).toEqual([]);
  });

  test("lost update: two transactions read one state and both appended", () => {
    const lost = concurrent(["rx= ax1"], ["rx= ax2"]);
    expect(kindsOf(lost, "snapshot-isolation")).toContain("lost-update");
    expect(kindsOf(lost, "read-committed")).toEqual([]);
    expect(kindsOf(concurrent(["rx= ax1"], ["rx=1 ax2"]))).toEqual([]);
    expect(kindsOf(concurrent(["rx= ax1"], ["ax2"]))).toEqual([]);
    expect(kindsOf(concurrent(["rx= ax1"], ["rx ax2", unknown]))).toEqual([]);
  });

  test("process and real-time variants: what time alone puts in order", () => {
    const stale = inTurn(["ax1"], ["rx="]);
    expect(kindsOf(stale)).toEqual(["G-single-realtime"]);
    expect(kindsOf(stale, "serializable")).toEqual([]);
    expect(kindsOf(stale, "strong-session-serializable")).toEqual([]);
    const own = inTurn(["ax1", { process: 3 }], ["rx=", { process: 3 }]);
    expect(kindsOf(own)).toEqual(["G-single-process"]);
    expect(kindsOf(own, "strong-session-snapshot-isolation")).toEqual(["G-single-process"]);
    expect(kindsOf(own, "serializable")).toEqual([]);
    const overwritten = [...inTurn(["ax1"], ["ax2"]), ...concurrent(["rx=21"]).map((one) => ({ ...one, index: 2 }))];
    expect(kindsOf(overwritten)).toEqual(["G0-realtime"]);
    const session = overwritten.map((one) => ({ ...one, process: one.index < 2 ? 0 : 1 }));
    expect(kindsOf(session)).toEqual(["G0-process"]);
    expect(kindsOf(inTurn(["rx=1"], ["ax1"]))).toEqual(["G1c-realtime"]);
    expect(kindsOf(inTurn(["rx=1", { process: 0 }], ["ax1", { process: 0 }]))).toEqual(["G1c-process"]);
    const fork = (reader: number) => [
      operation(0, 0, "txn", steps("ax1"), [0, 10]),
      operation(1, 1, "txn", steps("ay1"), [1, 99]),
      operation(2, 2, "txn", steps("ry=1 rx="), [2, 98]),
      operation(3, reader, "txn", steps("ry="), [20, 30]),
    ];
    expect(kindsOf(fork(0))).toEqual(["G-nonadjacent-process"]);
    expect(kindsOf(fork(3))).toEqual(["G-nonadjacent-realtime"]);
    expect(kindsOf(fork(3), "strong-snapshot-isolation")).toEqual(["G-nonadjacent-realtime"]);
    expect(kindsOf(fork(3), "strong-session-serializable")).toEqual([]);
  });

  test("G2-item-process and G2-item-realtime: write skew that an order of two transactions closes", () => {
    const skew = (reader: number) => [
      operation(0, 0, "txn", steps("ax1"), [0, 10]),
      operation(1, 1, "txn", steps("ay1 rz="), [1, 99]),
      operation(2, 2, "txn", steps("az1 rx="), [2, 98]),
      operation(3, reader, "txn", steps("ry="), [20, 30]),
    ];
    expect(kindsOf(skew(0))).toEqual(["G2-item-process"]);
    expect(kindsOf(skew(3))).toEqual(["G2-item-realtime"]);
    expect(kindsOf(skew(3), "strong-session-serializable")).toEqual([]);
    expect(kindsOf(skew(0), "serializable")).toEqual([]);
    expect(kindsOf(skew(0), "strong-snapshot-isolation")).toEqual([]);
  });

  test("internal inconsistency: a transaction forgot what it had read or appended", () => {
    expect(kindsOf(concurrent(["ax1 rx=2"], ["ax2"]), "snapshot-isolation")).toContain("internal");
    expect(kindsOf(concurrent(["rx=1 rx=12"], ["ax1"], ["ax2"]), "serializable")).toContain("internal");
    expect(kindsOf(concurrent(["rx=1 rx=12"], ["ax1"], ["ax2"]), "read-committed")).toEqual([]);
    expect(kindsOf(concurrent(["ax1"], ["rx=1 ax2 rx=12"]), "serializable")).toEqual([]);
    expect(kindsOf(concurrent(["ax1"], ["ax2 rx=12 ax3 rx=123"]), "serializable")).toEqual([]);
  });

  test("future read: a transaction saw what it appended only later", () => {
    expect(kindsOf(concurrent(["rx=1 ax1"]), "read-committed")).toEqual(["future-read"]);
    expect(kindsOf(concurrent(["ax1 rx=1"]))).toEqual([]);
  });

  test("duplicate elements, garbage, incompatible orders, dirty updates", () => {
    expect(kindsOf(concurrent(["ax1"], ["rx=11"]), "read-uncommitted")).toEqual(["duplicate-elements"]);
    expect(kindsOf(concurrent(["ax1"], ["rx=19"]), "read-uncommitted")).toEqual(["garbage-read"]);
    expect(kindsOf(concurrent(["ax1"], ["ax2"], ["rx=12"], ["rx=2"]), "read-committed")).toEqual([
      "incompatible-order",
    ]);
    expect(kindsOf(concurrent(["ax1"], ["ax2"], ["rx=12"], ["rx=1"]), "read-committed")).toEqual([]);
    expect(kindsOf(concurrent(["ax1", failed], ["ax2"], ["rx=12"]), "read-committed")).toEqual(["dirty-update", "G1a"]);
  });

  test("transactions of unknown outcome happened only if something shows it", () => {
    expect(kindsOf(inTurn(["ax1 ay1", unknown], ["rx="]))).toEqual([]);
    expect(kindsOf(inTurn(["ax1 ay1", unknown], ["rx=1 ry="]))).toEqual(["G-single"]);
    // Once seen it has happened, but it may have happened after whatever began later.
    expect(kindsOf(inTurn(["ax1", unknown], ["rx="], ["rx=1"]))).toEqual([]);
    expect(kindsOf(inTurn(["ax1", unknown], ["rx=1"], ["rx="]))).toEqual(["G-single-realtime"]);
  });

  test("a read of null by an ok transaction found nothing; without an outcome it says nothing", () => {
    expect(kindsOf(inTurn(["ax1"], ["rx"]))).toEqual(["G-single-realtime"]);
    expect(kindsOf(inTurn(["ax1"], ["rx", failed], ["rx", unknown]))).toEqual([]);
  });

  test("many who missed many others' unread appends do not miss their own", () => {
    const appends = Array.from({ length: 40 }, (_, at): Given => [`rx= ay${at + 1}`]);
    expect(kindsOf(concurrent(...appends))).toEqual([]);
    const both = Array.from({ length: 40 }, (_, at): Given => [`ry= ay${at + 1}`]);
    expect(kindsOf(concurrent(...both), "serializable")).toEqual(["lost-update", "G2-item"]);
    expect(kindsOf(concurrent(["ry= ay1"], ...Array.from({ length: 39 }, (): Given => ["ry="])))).toEqual([]);
  });

  test("60,000 transactions that all missed one another are judged", () => {
    const updates = Array.from({ length: 60_000 }, (_, at) =>
      operation(
        at,
        at % 50,
        "txn",
        [
          ["r", "x", []],
          ["append", "x", at],
        ],
        [at * 2, at * 2 + 1],
      ),
    );
    const result = checkListAppend(updates);
    expect(result.counts).toMatchObject({ "lost-update": 1 });
    expect(result.verdict).toBe("invalid");
    expect(result.violations.at(-1)?.cycle).toHaveLength(2);
    expect(sentencesOf(result)[0]).toContain("T7, … (processes 0, 1,");
    const sound = updates.map((one) => ({ ...one, value: [["append", "x", one.index]] }));
    expect(checkListAppend(sound).verdict).toBe("valid");
  });

  test("a cycle is a shortest one", () => {
    const ring = concurrent(["ax1 rw=1"], ["rx=1 ay1"], ["ry=1 az1"], ["rz=1 aw1 rx=1"]);
    const [found] = checkListAppend(ring).violations;
    expect(found?.message.params["cycle"]).toBe("T0 → wr T3 → wr T0");
  });

  test("tells which models are broken, as far as was asked", () => {
    const skew = concurrent(["rx= ay1"], ["ry= ax1"]);
    expect(checkListAppend(skew).broken).toEqual([
      "repeatable-read",
      "serializable",
      "strong-session-serializable",
      "strict-serializable",
    ]);
    for (const weaker of CONSISTENCY_MODELS) {
      for (const anomaly of forbiddenAnomalies(weaker)) {
        expect(forbiddenAnomalies("strict-serializable"), `${weaker}: ${anomaly}`).toContain(anomaly);
      }
    }
  });

  test("other operations are none of its business", () => {
    const [first] = inTurn(["ax1"]);
    const other = operation(1, 1, "read", null, [20, 25], { key: "x" });
    expect(checkListAppend(first === undefined ? [other] : [first, other]).verdict).toBe("valid");
  });

  test("refuses what is no list-append transaction, and elements appended twice", () => {
    expect(() => checkListAppend(inTurn(["ax1"], ["ax1"]))).toThrow(/entry 10: 1 is appended to "x" twice/);
    expect(() => checkListAppend([operation(0, 0, "txn", 3, [0, 1])])).toThrow(/entry 0: a transaction needs a list/);
    expect(() => checkListAppend([operation(0, 0, "txn", [["cas", "x", 1]], [0, 1])])).toThrow(/entry 0/);
    expect(() => checkListAppend([operation(0, 0, "txn", [["w", "x", 1]], [0, 1])])).toThrow(/never written/);
    expect(() => checkListAppend([operation(0, 0, "txn", [["r", "x", 1]], [0, 1])])).toThrow(/which is none/);
  });
});
