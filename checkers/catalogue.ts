import { HistoryError, type HistoryValue, type Operation } from "./history.ts";
import { checkLinearizable } from "./linearizability/check-linearizable.ts";
import type { LinearizabilityModel } from "./linearizability/model.ts";
import { CONSISTENCY_MODELS, type ConsistencyModel } from "./transactions/consistency-model.ts";
import { checkListAppend } from "./transactions/list-append.ts";
import type { CheckResult } from "./verdict.ts";

/** What may be said of how to judge. Each model understands some of it. */
export interface CheckOptions {
  /** What each object holds before the first operation; undefined: what its model says. */
  readonly init?: HistoryValue | undefined;
  /** How much may be tried before the answer is "unknown", in steps of a search; undefined: the model's own bound. */
  readonly steps?: number | undefined;
  /** What transactions are promised; undefined: strict serializability. */
  readonly consistency?: ConsistencyModel | undefined;
}

/** A verdict, and how many violations there are, of which not all need be kept. */
export interface CountedCheckResult extends CheckResult {
  readonly count: number;
}

/** A way to judge a history, by the name that people know it by. */
export interface HistoryModel {
  readonly name: string;
  /** What a valid history is, in one line. */
  readonly summary: string;
  /** The functions it understands, by Jepsen's names. */
  readonly functions: readonly string[];
  /** The options it understands. */
  readonly options: readonly (keyof CheckOptions)[];
  /**
   * @throws HistoryError or ModelError for an operation whose values make no sense to it
   * @throws BoundError when the history is larger than it can judge
   */
  check(operations: readonly Operation[], options: CheckOptions): CheckResult & { readonly counts?: Counts };
}

/** How many violations of each kind there are. */
type Counts = Readonly<Record<string, number>>;

const linearizable = (name: LinearizabilityModel, summary: string, ...functions: string[]): HistoryModel => ({
  name,
  summary: `linearizable: ${summary}`,
  functions,
  options: ["init", "steps"],
  check: (operations, { init, steps }) => checkLinearizable(operations, name, { init, steps }),
});

const MODELS: readonly HistoryModel[] = [
  linearizable("register", "a register that is read and written", "read", "write"),
  linearizable("cas-register", "a register with compare-and-set, [from to]", "read", "write", "cas"),
  linearizable("multi-register", "registers read and written together", "txn", "read", "write"),
  linearizable("kv", "a key-value store", "get", "put", "append", "delete", "read", "write"),
  linearizable("set", "a set that is added to and read whole", "add", "read"),
  linearizable("counter", "a counter", "add", "increment", "decrement", "read"),
  linearizable("queue", "a queue, first in, first out", "enqueue", "dequeue"),
  linearizable("stack", "a stack, last in, first out", "push", "pop"),
  linearizable("mutex", "a mutex", "acquire", "release"),
  {
    name: "list-append",
    summary: "transactions that append to lists and read them, in Elle's way",
    functions: ["txn"],
    options: ["consistency"],
    check: (operations, { consistency }) => checkListAppend(operations, { model: consistency }),
  },
];

/** All models by name, in the order in which they are listed. */
export const models: ReadonlyMap<string, HistoryModel> = new Map(MODELS.map((model) => [model.name, model]));

/** What transactions may be promised, weakest first. */
export const consistencyModels: readonly ConsistencyModel[] = CONSISTENCY_MODELS;

/**
 * Judges a history by a model.
 *
 * @throws HistoryError or ModelError for an operation that the model does not know, or whose values make no sense to it
 * @throws BoundError when the history is larger than it can judge
 */
export function judge(
  model: HistoryModel,
  operations: readonly Operation[],
  options: CheckOptions = {},
): CountedCheckResult {
  for (const { start, f } of operations) {
    if (model.functions.includes(f)) continue;
    throw new HistoryError(start, `model ${model.name} knows no '${f}'; it knows ${model.functions.join(", ")}`);
  }
  const { verdict, violations, unknown, counts } = model.check(operations, options);
  const count = counts === undefined ? violations.length : Object.values(counts).reduce((sum, some) => sum + some, 0);
  return { verdict, violations, unknown, count };
}
