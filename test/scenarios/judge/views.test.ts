import { describe, expect, test } from "vitest";
import { operationsOf, type HistoryEntry, type Operation } from "../../../checkers/history.ts";
import type { AskedTerms } from "../../../scenarios/client.ts";
import {
  askedOfPrimary,
  boundsAsked,
  epochsBegun,
  epochsOf,
  keptPromises,
  readsWithBound,
  sessionView,
} from "../../../scenarios/judge/views.ts";
import type { TraceRecord } from "../../../sim/trace.ts";
import { epochOf, placeOf, positionOf } from "../../../topologies/position.ts";

/** One operation after the other: function, value, epoch and place of its answer; without a place, nobody knows what became of it. */
function history(
  ...rows: readonly (readonly [f: string, value: string, epoch?: number, place?: number])[]
): Operation[] {
  const entries = rows.flatMap(([f, value, epoch, place], at): HistoryEntry[] => {
    const common = { process: at, f, key: "k", value };
    const invoked: HistoryEntry = { ...common, type: "invoke", time: 10 * at };
    if (epoch === undefined) return [invoked, { ...common, type: "info", time: 10 * at + 5 }];
    return [
      invoked,
      {
        ...common,
        type: "ok",
        time: 10 * at + 5,
        ...(place === undefined ? {} : { position: positionOf(epoch, place) }),
      },
    ];
  });
  return operationsOf(entries);
}

const shown = (operations: readonly Operation[]): string =>
  operations.map(({ f, value, outcome }) => `${f} ${value as string} ${outcome}`).join(", ");

describe("positions", () => {
  test("are in order of epoch first, then of place", () => {
    const inOrder = [positionOf(1, 1), positionOf(1, 2 ** 40 - 1), positionOf(2, 0), positionOf(8000, 12)];
    expect(inOrder).toEqual([...inOrder].sort((a, b) => a - b));
    expect(inOrder.map((position) => [epochOf(position), placeOf(position)])).toEqual([
      [1, 1],
      [1, 2 ** 40 - 1],
      [2, 0],
      [8000, 12],
    ]);
  });
});

describe("the history of an epoch", () => {
  const operations = history(
    ["write", "a", 1, 1],
    ["write", "lost?", 1, 2],
    ["read", "a", 1, 1],
    ["write", "open"],
    ["write", "b", 2, 2],
    ["read", "b", 2, 2],
  );

  test("has its own answers, and those of unknown outcome; what came before may be there or not, what came later is not", () => {
    expect(epochsOf(operations).map(shown)).toEqual([
      "write a ok, write lost? ok, read a ok, write open info",
      "write a info, write lost? info, write open info, write b ok, read b ok",
    ]);
  });

  test("keeps each operation's own index, and an uncertain one open for ever", () => {
    const [, second = []] = epochsOf(operations);
    expect(second.map(({ index }) => index)).toEqual([0, 1, 3, 4, 5]);
    expect(second[0]).toMatchObject({ outcome: "info", completed: Infinity, end: Infinity });
  });
});

describe("what a promise of durability is about", () => {
  const operations = history(["write", "a", 1, 1], ["write", "tail", 1, 2], ["write", "b", 2, 2], ["read", "b", 2, 2]);
  const asked: AskedTerms[] = operations.map(() => ({ role: "primary" }));
  const record = (data: TraceRecord["data"]): TraceRecord => ({
    index: 0,
    time: 0,
    host: "node-2",
    incarnation: 1,
    event: 0,
    data,
  });

  test("leaves out the tail that a later epoch began without, and nothing else", () => {
    const began = epochsBegun([
      record({ kind: "epoch-began", epoch: 1, after: 0 }),
      record({ kind: "epoch-began", epoch: 2, after: 1 }),
      record({ kind: "node-ready" }),
    ]);
    expect(began).toEqual([
      { epoch: 1, after: 0 },
      { epoch: 2, after: 1 },
    ]);
    const all = { operations, asked, began };
    expect(shown(keptPromises(all, { except: "unreplicated-tail" }))).toBe(
      "write a ok, write tail info, write b ok, read b ok",
    );
    expect(shown(keptPromises(all, {}))).toBe(shown(operations));
  });

  test("leaves out changes that asked for less", () => {
    const levels: AskedTerms[] = [
      { role: "primary", sync: "async" },
      { role: "primary", sync: "semi" },
      { role: "primary", sync: "full" },
      { role: "primary" },
    ];
    const kept = (sync: "async" | "semi" | "full"): string =>
      shown(keptPromises({ operations, asked: levels, began: [] }, { sync }));
    expect(kept("async")).toBe("write a ok, write tail ok, write b ok, read b ok");
    expect(kept("semi")).toBe("write a info, write tail ok, write b ok, read b ok");
    expect(kept("full")).toBe("write a info, write tail info, write b ok, read b ok");
  });
});

describe("reads by what they asked for", () => {
  const operations = history(["write", "a", 1, 1], ["read", "a", 1, 1], ["read", "a", 1, 1], ["read", "a", 1, 1]);
  const asked: AskedTerms[] = [
    { role: "primary" },
    { role: "replica" },
    { role: "replica", fresh: "session" },
    { role: "primary", fresh: 20 },
  ];
  const indexes = (found: readonly Operation[]): number[] => found.map(({ index }) => index);

  test("changes are always looked at", () => {
    expect(indexes(askedOfPrimary(operations, asked))).toEqual([0, 3]);
    expect(indexes(sessionView(operations, asked))).toEqual([0, 2]);
    expect(indexes(readsWithBound(operations, asked, 20))).toEqual([0, 3]);
    expect(indexes(readsWithBound(operations, asked, 30))).toEqual([0]);
    expect(boundsAsked([...asked, { role: "replica", fresh: 7 }, { role: "replica", fresh: 20 }])).toEqual([7, 20]);
  });
});
