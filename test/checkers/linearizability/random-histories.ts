import fc from "fast-check";
import type { HistoryEntry, HistoryValue, Operation } from "../../../checkers/history.ts";
import type { LinearizabilityModel } from "../../../checkers/linearizability/model.ts";
import { SPECIFICATIONS } from "./brute-force.ts";

/** What a client asks, and how it ends, in small numbers that the models make sense of. */
interface Request {
  readonly process: number;
  readonly choice: number;
  readonly a: number;
  readonly b: number;
  readonly outcome: "ok" | "fail" | "info";
  /** Of an answer: how far from the truth, 0 for true. */
  readonly lie: number;
  readonly keyed: boolean;
}

type Asked = readonly [f: string, value: HistoryValue | undefined];

/** The operations of a model, and the answer that it gives in a state, when that depends on the state. */
interface Vocabulary {
  ask(request: Request): Asked;
  answer(f: string, asked: HistoryValue | undefined, state: HistoryValue): HistoryValue | undefined;
  lie(value: HistoryValue | undefined, by: number): HistoryValue | undefined;
}

const choose = <T>(list: readonly T[], at: number): T => list[at % list.length] as T;
const readsState = (f: string, asked: HistoryValue | undefined, state: HistoryValue) => (f === "read" ? state : asked);
const otherNumber = (value: HistoryValue | undefined, by: number) =>
  typeof value === "number" ? (value + by) % 4 : by;

const registerWords = (functions: readonly string[]): Vocabulary => ({
  ask: ({ choice, a, b }) => {
    const f = choose(functions, choice);
    return [f, f === "read" ? undefined : f === "cas" ? [a, b] : a];
  },
  answer: readsState,
  lie: (value, by) => (Array.isArray(value) ? value : otherNumber(value, by)),
});

const sequenceWords = (insert: string, remove: string, fifo: boolean): Vocabulary => ({
  ask: ({ choice, a, b }) => (choice % 2 === 0 ? [insert, 4 * a + b] : [remove, undefined]),
  answer: (f, asked, state) => (f === insert ? asked : ((state as HistoryValue[]).at(fifo ? 0 : -1) ?? null)),
  lie: (value, by) => (value === null ? by : typeof value === "number" ? (by === 1 ? null : value + by) : value),
});

const WORDS: Readonly<Record<LinearizabilityModel, Vocabulary>> = {
  register: registerWords(["read", "write"]),
  "cas-register": registerWords(["read", "write", "cas"]),
  "multi-register": {
    ask: ({ choice, a, b }) => {
      const key = choose(["x", "y", "z"], b);
      const other = choose(["x", "y"], a);
      const steps: Asked[] = [];
      if (choice % 3 !== 0) steps.push(["r", key]);
      if (choice % 2 === 0) steps.push(["w", other]);
      if (choice === 5) steps.push(["r", other], ["w", key]);
      return ["txn", steps.map(([f, name]) => [f, name as string, f === "w" ? a : null])];
    },
    answer: (_f, asked, state) => {
      const held = { ...(state as Record<string, HistoryValue>) };
      return (asked as [string, string, HistoryValue][]).map(([f, key, item]) => {
        if (f === "w") held[key] = item;
        return [f, key, f === "w" ? item : (held[key] ?? null)];
      });
    },
    lie: (value, by) =>
      (value as [string, string, HistoryValue][]).map(([f, key, item]) => [
        f,
        key,
        f === "w" ? item : otherNumber(item, by),
      ]),
  },
  kv: {
    ask: ({ choice, a, b, keyed }) => {
      const f = choose(["get", "append", "read", "append", "put", "write", "get", "append", "delete"], choice + a);
      if (f === "get" || f === "read" || f === "delete") return [f, undefined];
      // Words that can be told apart wherever they stand, or letters that cannot.
      return [f, keyed ? "ab".repeat(a).slice(0, 1 + (b % 2)) : `<${4 * a + b}>`];
    },
    answer: (f, asked, state) => (f === "get" || f === "read" ? state : asked),
    lie: (value, by) => (typeof value === "string" ? (by === 1 ? value.slice(1) : `${value}a`) : "b"),
  },
  set: {
    ask: ({ choice, a, b }) => (choice % 2 === 0 ? ["add", 4 * (a % 2) + b] : ["read", undefined]),
    answer: readsState,
    lie: (value, by) => (Array.isArray(value) ? (by === 1 ? value.slice(1) : [...(value as number[]), by]) : value),
  },
  counter: {
    ask: ({ choice, a, b }) =>
      choose<Asked>(
        [
          ["read", undefined],
          ["add", a],
          ["increment", undefined],
          ["read", undefined],
          ["add", b],
          ["decrement", 1],
        ],
        choice,
      ),
    answer: readsState,
    lie: (value, by) => (typeof value === "number" ? value + by : value),
  },
  queue: sequenceWords("enqueue", "dequeue", true),
  stack: sequenceWords("push", "pop", false),
  mutex: {
    ask: ({ choice }) => [choice % 2 === 0 ? "acquire" : "release", undefined],
    answer: (_f, asked) => asked,
    lie: (value) => value,
  },
};

const request: fc.Arbitrary<Request> = fc.record({
  process: fc.nat(3),
  choice: fc.nat(5),
  a: fc.nat(3),
  b: fc.nat(3),
  outcome: fc.constantFrom("ok", "ok", "ok", "ok", "ok", "ok", "info", "fail"),
  lie: fc.constantFrom(0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2),
  keyed: fc.constantFrom(false, false, false, true),
});

/**
 * Histories of a few operations by four processes. Answers come from an object that serves each request when its process asks
 * next, or at once, so that many histories are linearizable; now and then one is made to lie.
 */
export function randomHistories(model: LinearizabilityModel): fc.Arbitrary<HistoryEntry[]> {
  return fc
    .array(request, { minLength: 1, maxLength: 9 })
    .chain((requests) =>
      fc
        .array(fc.nat(99), { minLength: 3 * requests.length, maxLength: 3 * requests.length })
        .map((draws) => play(model, requests, draws)),
    );
}

interface Open {
  readonly request: Request;
  readonly f: string;
  readonly asked: HistoryValue | undefined;
  value: HistoryValue | undefined;
  served: boolean;
}

function play(model: LinearizabilityModel, requests: readonly Request[], draws: readonly number[]): HistoryEntry[] {
  const words = WORDS[model];
  const { init, step } = SPECIFICATIONS[model];
  const states = new Map<string | undefined, HistoryValue>();
  const history: HistoryEntry[] = [];
  const open = new Map<number, Open>();
  const waiting = [...requests];
  let process = 4;
  const record = (
    who: number,
    type: HistoryEntry["type"],
    f: string,
    key: string | undefined,
    value: HistoryValue | undefined,
  ) => void history.push({ process: who, type, f, key, value, time: history.length });
  const keyOf = ({ keyed }: Request) => (keyed && model !== "multi-register" ? "k" : undefined);

  const serve = (one: Open): void => {
    if (one.served) return;
    one.served = true;
    const key = keyOf(one.request);
    const state = states.get(key) ?? init;
    one.value = words.answer(one.f, one.asked, state);
    if (one.request.outcome === "fail") return;
    const operation = { f: one.f, value: one.value } as Operation;
    const next = step(state, operation, true);
    if (next !== undefined) states.set(key, next);
  };
  const complete = (who: number, one: Open): void => {
    open.delete(who);
    const { outcome, lie } = one.request;
    if (outcome === "ok") serve(one);
    const told = lie === 0 ? one.value : words.lie(one.value, lie);
    record(who, outcome, one.f, keyOf(one.request), outcome === "ok" ? told : one.asked);
  };
  for (const draw of draws) {
    const next = waiting[0];
    const busy = [...open];
    if (next !== undefined && (busy.length === 0 || draw % 3 === 0) && !open.has(next.process)) {
      waiting.shift();
      const [f, asked] = words.ask(next);
      record(next.process, "invoke", f, keyOf(next), asked);
      open.set(next.process, { request: next, f, asked, value: asked, served: false });
    } else if (busy.length > 0) {
      const [who, one] = choose(busy, draw);
      if (draw % 3 === 1 && !one.served) serve(one);
      else complete(who, one);
    }
  }
  // Some requests are never answered.
  for (const [who, one] of open) if (one.request.outcome !== "info" && ++process % 3 !== 0) complete(who, one);
  return history;
}
