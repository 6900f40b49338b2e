import type { HistoryValue, Operation } from "../../../checkers/history.ts";
import type { LinearizabilityModel } from "../../../checkers/linearizability/model.ts";

/**
 * A sequential object in the plainest form: the state after an operation, or undefined where it cannot have answered as it did.
 * Of an operation of unknown outcome, only the effect counts.
 */
type Specification = (state: HistoryValue, operation: Operation, known: boolean) => HistoryValue | undefined;

const same = (a: HistoryValue | undefined, b: HistoryValue | undefined): boolean =>
  JSON.stringify(a ?? null) === JSON.stringify(b ?? null);

const register: Specification = (state, { f, value = null }, known) => {
  if (f === "read") return !known || same(state, value) ? state : undefined;
  if (f === "write") return value;
  const [from, to] = value as [HistoryValue, HistoryValue];
  return same(state, from) ? to : undefined;
};

const sequence =
  (insert: string, fifo: boolean): Specification =>
  (state, { f, value = null }, known) => {
    const items = state as HistoryValue[];
    if (f === insert) return [...items, value];
    const rest = fifo ? items.slice(1) : items.slice(0, -1);
    if (!known) return rest;
    const [found = null] = fifo ? items : items.slice(-1);
    return same(found, value) ? rest : undefined;
  };

export const SPECIFICATIONS: Readonly<Record<LinearizabilityModel, { init: HistoryValue; step: Specification }>> = {
  register: { init: null, step: register },
  "cas-register": { init: null, step: register },
  "multi-register": {
    init: {},
    step: (state, { value }, known) => {
      const held: Record<string, HistoryValue> = { ...(state as Record<string, HistoryValue>) };
      for (const [f, key, item] of value as [string, string, HistoryValue][]) {
        if (f === "w") held[key] = item;
        else if (known && !same(held[key], item)) return undefined;
      }
      return Object.fromEntries(Object.entries(held).sort(([a], [b]) => (a < b ? -1 : 1)));
    },
  },
  kv: {
    init: null,
    step: (state, { f, value = null }, known) => {
      if (f === "append" && value === null) return state;
      if (f === "append") return `${(state ?? "") as string}${value as string}`;
      if (f === "put" || f === "write") return value;
      if (f === "delete") return null;
      return !known || same(state, value) ? state : undefined;
    },
  },
  set: {
    init: [],
    step: (state, { f, value = null }, known) => {
      const elements = state as number[];
      if (f === "add")
        return elements.includes(value as number) ? state : [...elements, value as number].sort((a, b) => a - b);
      return !known ||
        same(
          elements,
          [...new Set(value as number[])].sort((a, b) => a - b),
        )
        ? state
        : undefined;
    },
  },
  counter: {
    init: 0,
    step: (state, { f, value = null }, known) => {
      if (f === "read") return !known || state === value ? state : undefined;
      const amount = (value ?? 1) as number;
      return (state as number) + (f === "decrement" ? -amount : amount);
    },
  },
  queue: { init: [], step: sequence("enqueue", true) },
  stack: { init: [], step: sequence("push", false) },
  mutex: {
    init: false,
    step: (state, { f }) => (state === (f === "release") ? f === "acquire" : undefined),
  },
};

/**
 * Tries every order of all operations that must have happened, which are those with an end, with every choice of those that may
 * have.
 */
export function isLinearizable(
  operations: readonly Operation[],
  model: LinearizabilityModel,
  init?: HistoryValue,
): boolean {
  const { init: usual, step } = SPECIFICATIONS[model];
  if (model === "kv" && operations.some(({ f }) => f === "get")) {
    // Whoever uses `get` does not tell the empty string from nothing.
    operations = operations.map((operation) => ({
      ...operation,
      value: operation.value === "" ? null : operation.value,
    }));
  }
  const keys = new Set(operations.map(({ key }) => key));
  return [...keys].every((key) => {
    const happened = operations.filter((operation) => operation.key === key && operation.outcome !== "fail");
    return canFollow(init ?? usual, happened, step, new Set());
  });
}

function canFollow(
  state: HistoryValue,
  remaining: readonly Operation[],
  step: Specification,
  failed: Set<string>,
): boolean {
  if (remaining.every(({ end }) => end === Infinity)) return true;
  const here = `${JSON.stringify(state)} ${remaining.map(({ index }) => index).join()}`;
  if (failed.has(here)) return false;
  for (const operation of remaining) {
    if (remaining.some(({ end }) => end < operation.start)) continue;
    const next = step(state, operation, operation.outcome === "ok");
    if (next === undefined) continue;
    if (
      canFollow(
        next,
        remaining.filter((other) => other !== operation),
        step,
        failed,
      )
    )
      return true;
  }
  failed.add(here);
  return false;
}
