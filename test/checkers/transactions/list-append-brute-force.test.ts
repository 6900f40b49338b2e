import { describe, expect, test } from "vitest";
import type { HistoryValue, Operation } from "../../../checkers/history.ts";
import type { ConsistencyModel } from "../../../checkers/transactions/consistency-model.ts";
import { checkListAppend } from "../../../checkers/transactions/list-append.ts";
import { drawing, operation, someOrder } from "../random-history.ts";

type Step = readonly ["append" | "r", string, HistoryValue];

const precedes = (a: Operation, b: Operation): boolean => a.end < b.start;
const sessionPrecedes = (a: Operation, b: Operation): boolean => a.process === b.process && precedes(a, b);

/** Whether the transactions, those of unknown outcome done or left out, have a serial order that explains every read. */
function serializable(
  transactions: readonly Operation[],
  mustPrecede: (a: Operation, b: Operation) => boolean,
): boolean {
  const unknown = transactions.filter(({ outcome }) => outcome === "info");
  for (let choice = 0; choice < 1 << unknown.length; choice++) {
    const done = transactions.filter(
      (one) => one.outcome === "ok" || (one.outcome === "info" && ((choice >> unknown.indexOf(one)) & 1) === 1),
    );
    const found = someOrder(
      done.length,
      (a, b) => mustPrecede(done[a] as Operation, done[b] as Operation),
      (order) => explains(order.map((at) => done[at] as Operation)),
    );
    if (found) return true;
  }
  return false;
}

function explains(order: readonly Operation[]): boolean {
  const lists = new Map<string, HistoryValue[]>();
  for (const { value, outcome } of order) {
    for (const [f, key, content] of value as readonly Step[]) {
      const list = lists.get(key) ?? [];
      if (f === "append") lists.set(key, [...list, content]);
      else if (outcome === "ok" && JSON.stringify(content ?? []) !== JSON.stringify(list)) return false;
    }
  }
  return true;
}

/**
 * A history of a store that runs transactions step by step, each on a snapshot or on what is there, so that it is often
 * not serializable; a last transaction reads everything.
 */
function randomHistory(seed: number): Operation[] {
  const draw = drawing(seed);
  const keys = ["x", "y"].slice(0, 1 + draw(2));
  const count = 2 + draw(4);
  const discipline = draw(4);
  const store = new Map<string, number[]>(keys.map((key) => [key, []]));
  const operations: Operation[] = [];
  let now = 0;
  let element = 0;
  // Transactions that are under way: their steps to come, their snapshot, what they did.
  const processes = 1 + draw(3);
  const open = new Map<number, { invoked: number; left: number; snapshot: Map<string, number[]>; steps: Step[] }>();
  let begun = 0;
  while (begun < count || open.size > 0) {
    now++;
    const process = draw(processes);
    const current = open.get(process);
    if (current === undefined) {
      if (begun++ >= count) continue;
      const snapshot = new Map([...store].map(([key, list]) => [key, [...list]]));
      open.set(process, { invoked: now, left: 1 + draw(3), snapshot, steps: [] });
      continue;
    }
    const source = discipline === 1 ? current.snapshot : store;
    // Some take all of their steps at once, as a serial store does.
    do {
      const key = keys[draw(keys.length)] as string;
      if (draw(2) === 0) {
        element++;
        store.get(key)?.push(element);
        if (source !== store) source.get(key)?.push(element);
        current.steps.push(["append", key, element]);
      } else current.steps.push(["r", key, [...(source.get(key) ?? [])]]);
    } while (--current.left > 0 && discipline !== 2);
    if (current.left > 0) continue;
    open.delete(process);
    const outcome = draw(8) === 0 ? (draw(2) === 0 ? "fail" : "info") : "ok";
    const unread = current.steps.map(([f, key, value]): Step => [f, key, f === "r" ? null : value]);
    const value = outcome === "ok" ? current.steps : unread;
    const ended = outcome === "info" ? Infinity : ++now;
    operations.push(operation(0, process, "txn", value, [current.invoked, ended], { outcome }));
  }
  if (discipline === 3 && operations.length > 0) {
    // A serial run with one read that is not what it should be.
    const victim = operations[draw(operations.length)] as Operation;
    const steps = [...(victim.value as readonly Step[])];
    const at = draw(steps.length);
    const [f, key, content] = steps[at] as Step;
    if (f === "r" && Array.isArray(content)) {
      const list = [...(content as number[])];
      if (draw(2) === 0) list.pop();
      else list.reverse();
      steps[at] = ["r", key, list];
      operations[operations.indexOf(victim)] = { ...victim, value: steps };
    }
  }
  const last = keys.map((key): Step => ["r", key, store.get(key) ?? []]);
  operations.push(operation(0, 9, "txn", last, [now + 1, now + 2]));
  return operations.sort((a, b) => a.start - b.start).map((one, index) => ({ ...one, index }));
}

/**
 * Whether the transactions have an order of commits in which each read from a state that some first ones had left, none
 * after which, and before itself, wrote what it wrote (generalized snapshot isolation, Elnikety et al., 2005).
 */
function snapshotIsolated(transactions: readonly Operation[]): boolean {
  const unknown = transactions.filter(({ outcome }) => outcome === "info");
  for (let choice = 0; choice < 1 << unknown.length; choice++) {
    const done = transactions.filter(
      (one) => one.outcome === "ok" || (one.outcome === "info" && ((choice >> unknown.indexOf(one)) & 1) === 1),
    );
    const found = someOrder(
      done.length,
      () => false,
      (order) =>
        order.every((at, place) => {
          for (let snapshot = place; snapshot >= 0; snapshot--) {
            const before = order.slice(0, snapshot).map((one) => done[one] as Operation);
            if (explainsLast([...before, done[at] as Operation])) return true;
            const previous = done[order[snapshot - 1] ?? -1];
            if (
              previous !== undefined &&
              writtenBy(done[at] as Operation).some((key) => writtenBy(previous).includes(key))
            ) {
              return false;
            }
          }
          return false;
        }),
    );
    if (found) return true;
  }
  return false;
}

const writtenBy = ({ value }: Operation): string[] =>
  (value as readonly Step[]).filter(([f]) => f === "append").map(([, key]) => key);

/** Whether the reads of the last transaction are as the others, which are taken to be right, left them. */
function explainsLast(order: readonly Operation[]): boolean {
  return explains(order.map((one, at) => (at === order.length - 1 ? one : { ...one, outcome: "info" })));
}

describe("list-append against all serial orders", () => {
  const orders: [ConsistencyModel, (a: Operation, b: Operation) => boolean][] = [
    ["serializable", () => false],
    ["strong-session-serializable", sessionPrecedes],
    ["strict-serializable", precedes],
  ];
  for (const [model, mustPrecede] of orders) {
    test(`says of 5,000 histories whether they are ${model}, when all that was appended is read in the end`, () => {
      const tally = { valid: 0, invalid: 0, unknown: 0 };
      for (let seed = 1; seed <= 5_000; seed++) {
        const history = randomHistory(seed);
        const { verdict, violations } = checkListAppend(history, { model });
        const expected = serializable(history, mustPrecede) ? "valid" : "invalid";
        if (verdict !== expected) {
          expect.fail(`seed ${seed}: ${verdict}, not ${expected}: ${JSON.stringify({ history, violations }, null, 1)}`);
        }
        tally[verdict]++;
      }
      expect(Math.min(tally.valid, tally.invalid)).toBeGreaterThan(1_000);
    });
  }

  test("says of 5,000 histories whether they are snapshot-isolated", () => {
    const tally = { valid: 0, invalid: 0, unknown: 0 };
    for (let seed = 1; seed <= 5_000; seed++) {
      const history = randomHistory(seed);
      const { verdict, violations } = checkListAppend(history, { model: "snapshot-isolation" });
      const expected = snapshotIsolated(history) ? "valid" : "invalid";
      if (verdict !== expected) {
        expect.fail(`seed ${seed}: ${verdict}, not ${expected}: ${JSON.stringify({ history, violations }, null, 1)}`);
      }
      tally[verdict]++;
    }
    expect(Math.min(tally.valid, tally.invalid)).toBeGreaterThan(1_000);
  });

  test("accuses no history that has a serial order, whatever was never read", () => {
    const tally = { valid: 0, invalid: 0, unknown: 0 };
    for (let seed = 1; seed <= 5_000; seed++) {
      const history = randomHistory(seed).slice(0, -1);
      const { verdict, violations } = checkListAppend(history);
      if (verdict === "invalid" && serializable(history, precedes)) {
        expect.fail(`seed ${seed}: ${JSON.stringify({ history, violations }, null, 1)}`);
      }
      tally[verdict]++;
    }
    expect(Math.min(tally.valid, tally.invalid)).toBeGreaterThan(900);
  });
});
