import { checkBank } from "./bank.ts";
import { checkCausal, type CausalModel } from "./causal/causal.ts";
import { byKey, HistoryError, type HistoryValue, type Operation } from "./history.ts";
import { checkLinearizable } from "./linearizability/check-linearizable.ts";
import type { LinearizabilityModel } from "./linearizability/model.ts";
import { checkLongFork } from "./long-fork.ts";
import { OptionError } from "./option-error.ts";
import { checkSessionGuarantees, SESSION_GUARANTEES, type SessionGuarantee } from "./session-guarantees.ts";
import { checkSetFull } from "./set-full.ts";
import { CONSISTENCY_MODELS, type ConsistencyModel } from "./transactions/consistency-model.ts";
import { checkListAppend } from "./transactions/list-append.ts";
import type { CheckResult } from "./verdict.ts";
import type { CountedResult } from "./violation-log.ts";

/** What may be said of how to judge. Each model understands some of it. */
export interface CheckOptions {
  /** What each object holds before the first operation; undefined: what its model says. */
  readonly init?: HistoryValue | undefined;
  /** How much may be tried before the answer is "unknown", in steps of a search; undefined: the model's own bound. */
  readonly steps?: number | undefined;
  /** What transactions are promised; undefined: strict serializability. */
  readonly consistency?: ConsistencyModel | undefined;
  /** What all accounts of a bank hold together; undefined: as `init`, or the first read, says. */
  readonly total?: number | undefined;
  /** Whether accounts of a bank may hold less than nothing; undefined: no. */
  readonly negativeBalances?: boolean | undefined;
  /** Whether a read of a set must see what was known before it began; undefined: no, it may be stale. */
  readonly linearizable?: boolean | undefined;
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
   * @throws OptionError for an option that makes no sense to it
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

const causal = (name: string, model: CausalModel, summary: string): HistoryModel => ({
  name,
  summary,
  functions: ["read", "write", "delete"],
  options: ["init"],
  check: (operations, { init }) => checkCausal(operations, { model, initial: init }),
});

const sessions = (name: string, guarantees: readonly SessionGuarantee[], summary: string): HistoryModel => ({
  name,
  summary,
  functions: ["read", "write", "delete"],
  options: ["init"],
  check: (operations, { init }) => checkSessionGuarantees(operations, { guarantees, initial: init }),
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
    name: "bank",
    summary: "transfers between accounts: every read finds the same total",
    functions: ["read", "transfer"],
    options: ["init", "total", "negativeBalances"],
    check: (operations, { init, total, negativeBalances }) => {
      if (init !== undefined) requireBalances(init);
      return eachKey(operations, (same) => checkBank(same, { initial: init, total, negativeBalances }));
    },
  },
  {
    name: "set-full",
    summary: "each element of a set, from its add through every read: none is lost",
    functions: ["add", "read"],
    options: ["linearizable"],
    check: (operations, { linearizable: fresh }) => checkSetFull(operations, { linearizable: fresh }),
  },
  {
    name: "long-fork",
    summary: "reads of several keys see writes in one order",
    functions: ["read", "write", "txn"],
    options: [],
    check: (operations) => checkLongFork(operations),
  },
  {
    name: "list-append",
    summary: "transactions that append to lists and read them, in Elle's way",
    functions: ["txn"],
    options: ["consistency"],
    check: (operations, { consistency }) =>
      eachKey(operations, (same) => checkListAppend(same, { model: consistency })),
  },
  causal("causal", "causal-consistency", "causal consistency of registers, each value written once"),
  causal("causal-memory", "causal-memory", "causal memory: moreover, each session saw all in one order"),
  causal("causal-convergence", "causal-convergence", "causal convergence: moreover, concurrent writes end alike"),
  sessions("read-your-writes", ["read-your-writes"], "a session reads what it wrote, or newer"),
  sessions("monotonic-reads", ["monotonic-reads"], "a session reads nothing older than it has read"),
  sessions("monotonic-writes", ["monotonic-writes"], "all see the writes of a session in its order"),
  sessions("writes-follow-reads", ["writes-follow-reads"], "a write is seen after what its session had read"),
  sessions("session-guarantees", SESSION_GUARANTEES, "the four before together"),
];

/** Judges keys apart whose histories have nothing to do with one another, as those of Jepsen's `independent`. */
function eachKey(
  operations: readonly Operation[],
  check: (same: readonly Operation[]) => CountedResult,
): CountedResult {
  const keys = byKey(operations);
  if (keys.size <= 1) return check(operations);
  const results = [...keys.values()].map(check);
  const violations = results
    .flatMap((result) => result.violations)
    .sort((a, b) => (a.operations[0] ?? 0) - (b.operations[0] ?? 0));
  const unknown = results.find((result) => result.unknown !== undefined)?.unknown;
  const counts = new Map<string, number>();
  for (const result of results) {
    for (const [kind, count] of Object.entries(result.counts)) counts.set(kind, (counts.get(kind) ?? 0) + count);
  }
  const verdict = violations.length > 0 ? "invalid" : unknown === undefined ? "valid" : "unknown";
  return {
    verdict,
    violations,
    unknown: verdict === "unknown" ? unknown : undefined,
    counts: Object.fromEntries(counts),
  };
}

function requireBalances(init: HistoryValue): void {
  try {
    checkBank([], { initial: init });
  } catch (error) {
    throw error instanceof HistoryError ? new OptionError("init", error.reason) : error;
  }
}

/** All models by name, in the order in which they are listed. */
export const models: ReadonlyMap<string, HistoryModel> = new Map(MODELS.map((model) => [model.name, model]));

/** What transactions may be promised, weakest first. */
export const consistencyModels: readonly ConsistencyModel[] = CONSISTENCY_MODELS;

/**
 * Judges a history by a model.
 *
 * @throws HistoryError or ModelError for an operation that the model does not know, or whose values make no sense to it
 * @throws OptionError for an option that makes no sense to it
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
