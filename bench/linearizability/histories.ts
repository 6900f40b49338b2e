import type { HistoryEntry, HistoryValue } from "../../checkers/history.ts";
import type { LinearizabilityModel } from "../../checkers/linearizability/model.ts";

/** A kind of history to generate. */
export interface Shape {
  readonly model: LinearizabilityModel;
  readonly keys: number;
  /** Operations on each key. */
  readonly operations: number;
  /** How many processes work on each key at all times. */
  readonly processes: number;
  /** How many values there are to write; 0 when each is written once. */
  readonly values: number;
  /** Share of operations whose outcome nobody learns. */
  readonly unknown: number;
  /** Whether, on each key, one answer tells what was there some time before. */
  readonly bad: boolean;
}

/** What an object is asked, and what it answers. */
interface Sequential {
  ask(draw: () => number, fresh: () => number): readonly [f: string, value: HistoryValue | undefined];
  /** Takes effect; what it answers, or undefined when it fails. */
  apply(f: string, value: HistoryValue | undefined): HistoryValue | undefined;
  /** An answer of the same kind that was true once: it must differ from the one given. */
  stale(
    f: string,
    answer: HistoryValue | undefined,
    before: readonly (HistoryValue | undefined)[],
  ): HistoryValue | undefined;
}

/** A generator of numbers from 0 up to 1: mulberry32. */
export function drawsFrom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const lastOther = (answer: HistoryValue | undefined, before: readonly (HistoryValue | undefined)[]) =>
  before.toReversed().find((value) => JSON.stringify(value) !== JSON.stringify(answer));

function registerObject(cas: boolean): Sequential {
  let held: HistoryValue = null;
  return {
    ask(draw, fresh) {
      const what = draw();
      if (what < 0.5) return ["read", undefined];
      if (what < 0.75 || !cas) return ["write", fresh()];
      return ["cas", [fresh(), fresh()]];
    },
    apply(f, value) {
      if (f === "read") return held;
      if (f === "write") return (held = value ?? null);
      const [from, to] = value as [number, number];
      if (held !== from) return undefined;
      held = to;
      return value;
    },
    stale: (f, answer, before) => (f === "read" ? lastOther(answer, before) : undefined),
  };
}

function textObject(): Sequential {
  let held = "";
  return {
    ask(draw, fresh) {
      const what = draw();
      if (what < 0.45) return ["get", undefined];
      return [what < 0.95 ? "append" : "put", `x ${fresh()} y`];
    },
    apply(f, value) {
      if (f === "get") return held;
      held = f === "append" ? held + (value as string) : (value as string);
      return value;
    },
    stale: (f, answer, before) => (f === "get" ? lastOther(answer, before) : undefined),
  };
}

function sequenceObject(insert: string, remove: string, fifo: boolean): Sequential {
  const held: HistoryValue[] = [];
  return {
    ask: (draw, fresh) => (draw() < 0.5 ? [insert, fresh()] : [remove, undefined]),
    apply(f, value) {
      if (f !== insert) return (fifo ? held.shift() : held.pop()) ?? null;
      held.push(value ?? null);
      return value;
    },
    stale: (f, answer, before) => (f === remove && answer !== null ? lastOther(answer, before) : undefined),
  };
}

function setObject(): Sequential {
  const held: HistoryValue[] = [];
  return {
    ask: (draw, fresh) => (draw() < 0.8 ? ["add", fresh()] : ["read", undefined]),
    apply(f, value) {
      if (f === "read") return [...held];
      if (!held.includes(value ?? null)) held.push(value ?? null);
      return value;
    },
    stale: (f, answer, before) => (f === "read" ? lastOther(answer, before) : undefined),
  };
}

function counterObject(): Sequential {
  let held = 0;
  return {
    ask: (draw) => (draw() < 0.5 ? ["read", undefined] : ["add", 1 + Math.floor(5 * draw())]),
    apply(f, value) {
      if (f === "read") return held;
      held += value as number;
      return value;
    },
    stale: (f, answer, before) => (f === "read" ? lastOther(answer, before) : undefined),
  };
}

function objectOf(model: LinearizabilityModel): Sequential {
  switch (model) {
    case "kv":
      return textObject();
    case "queue":
      return sequenceObject("enqueue", "dequeue", true);
    case "stack":
      return sequenceObject("push", "pop", false);
    case "set":
      return setObject();
    case "counter":
      return counterObject();
    default:
      return registerObject(model === "cas-register");
  }
}

interface Step {
  readonly time: number;
  readonly entry: HistoryEntry;
}

/**
 * A history of many processes on each key. Each operation takes a time that varies widely, and takes effect somewhere within
 * it. The keys are worked on at the same time.
 */
export function generateHistory(shape: Shape, seed: number): HistoryEntry[] {
  const keys = Array.from({ length: shape.keys }, (_, key) => key);
  const steps = keys.flatMap((key) => stepsOn(key, shape, drawsFrom(seed * 65_537 + key)));
  steps.sort((a, b) => a.time - b.time);
  return steps.map(({ entry }) => entry);
}

function stepsOn(key: number, shape: Shape, draw: () => number): Step[] {
  const object = objectOf(shape.model);
  let written = 0;
  const fresh = (): number => (shape.values === 0 ? ++written : Math.floor(shape.values * draw()));
  const lasting = (): number => Math.ceil(1_000 * (0.2 + 4 * draw() ** 3));
  interface Planned {
    readonly process: number;
    readonly f: string;
    readonly value: HistoryValue | undefined;
    readonly invoked: number;
    readonly effect: number;
    readonly completed: number;
    readonly unknown: boolean;
  }
  const planned: Planned[] = [];
  const free = Array.from({ length: shape.processes }, (_, at) => ({
    process: key * shape.processes + at,
    from: lasting(),
  }));
  let crashed = 0;
  for (let i = 0; i < shape.operations; i++) {
    const next = free.reduce((a, b) => (b.from < a.from ? b : a));
    const [f, value] = object.ask(draw, fresh);
    const invoked = next.from + 1;
    const took = lasting();
    const unknown = draw() < shape.unknown;
    planned.push({
      process: next.process,
      f,
      value,
      invoked,
      effect: invoked + took * draw(),
      completed: invoked + took,
      unknown,
    });
    next.from = invoked + took + 1;
    // Who never learns of an outcome comes back as another process.
    if (unknown) next.process = shape.keys * shape.processes * (1 + ++crashed) + next.process;
  }
  const answers = new Map<Planned, HistoryValue | undefined>();
  const before: (HistoryValue | undefined)[] = [];
  const told = shape.bad ? Math.floor(planned.length * (0.5 + 0.4 * draw())) : Infinity;
  let lied = false;
  [...planned]
    .sort((a, b) => a.effect - b.effect)
    .forEach((one, at) => {
      // Half of those that nobody heard of never happened.
      if (one.unknown && draw() < 0.5) return;
      const answer = object.apply(one.f, one.value);
      const old =
        at >= told && !lied && !one.unknown
          ? object.stale(one.f, answer, before.slice(0, -2 * shape.processes))
          : undefined;
      if (old !== undefined) lied = true;
      answers.set(one, old ?? answer);
      if (object.stale(one.f, undefined, [0]) === 0) before.push(answer);
    });
  const name = `k${key}`;
  return planned.flatMap((one): Step[] => {
    const { process, f, value, invoked, completed, unknown } = one;
    const answer = answers.get(one);
    const type = unknown ? "info" : answer === undefined ? "fail" : "ok";
    const common = { process, f, key: name };
    return [
      { time: invoked, entry: { ...common, type: "invoke", value, time: invoked } },
      {
        time: completed,
        entry: { ...common, type, value: type === "ok" ? answer : value, time: completed },
      },
    ];
  });
}
