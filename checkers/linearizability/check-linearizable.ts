import { operationsOf, type HistoryEntry, type HistoryValue, type Operation } from "../history.ts";
import type { Message } from "../message.ts";
import type { CheckResult, Violation } from "../verdict.ts";
import { explain } from "./explain.ts";
import { MODELS } from "./models/by-name.ts";
import type { LinearizabilityModel, Model } from "./model.ts";
import { partitionsOf, subjectOf, type Partition } from "./partitions.ts";
import { Search, type SearchResult } from "./search.ts";

export interface LinearizabilityOptions {
  /** What each object holds before the first operation; the default is the model's. */
  readonly init?: HistoryValue | undefined;
  /** How many configurations may be visited in all before the answer is "unknown"; 20 million by default. */
  readonly steps?: number | undefined;
  /** How many bytes a search may hold for what it must remember before its answer is "unknown"; 256 MiB by default. */
  readonly bytes?: number | undefined;
}

/** How far a part of the history could be brought into an order. */
export interface PartialLinearization {
  /** Of a history over many keys, the one concerned. */
  readonly key: string | undefined;
  readonly verdict: "invalid" | "unknown";
  /** How many operations the part has, failed ones included. */
  readonly operations: number;
  /** Operations by index, in an order in which they can have taken effect. */
  readonly order: readonly number[];
  /** The operation, by index, that first cannot be placed; of "unknown", the one that the search was trying to place. */
  readonly unplaced: readonly number[];
  /** What the object holds after the order. */
  readonly state: HistoryValue;
}

export interface LinearizabilityResult extends CheckResult {
  /** Of each part that has no order, or for which none was found, the longest that was, in order of their first operations. */
  readonly longest: readonly PartialLinearization[];
  /** How many parts of the history were judged apart, and how many of them remain undecided. */
  readonly partitions: number;
  readonly undecided: number;
  /** Configurations visited in all. */
  readonly steps: number;
}

const DEFAULT_STEPS = 20_000_000;
const DEFAULT_BYTES = 256 * 2 ** 20;
/** How many configurations a search may visit at first beyond one step an operation, and how much more from round to round. */
const FIRST_BUDGET = 2_000;
const BUDGET_GROWTH = 8;

/**
 * Judges whether the operations of a history can be put into one order in which each takes effect between its invocation and
 * its completion, and each answers as a single object would (Herlihy and Wing, "Linearizability: A Correctness Condition for
 * Concurrent Objects", 1990). Which came first is told by positions in the history, not by times. Keys are judged apart.
 *
 * A failed operation did not happen; one of unknown outcome may take effect at any time after its invocation, or never.
 *
 * Parts are searched in rounds of growing budgets, so that a violation that is easy to find is not kept waiting by a part that
 * is hard. After the round in which one was found, what is still undecided stays so.
 *
 * @throws ModelError when the model does not know an operation or cannot read its value
 * @throws HistoryError when the entries are no history
 */
export function checkLinearizable(
  history: readonly HistoryEntry[] | readonly Operation[],
  model: LinearizabilityModel,
  options: LinearizabilityOptions = {},
): LinearizabilityResult {
  const operations = isEntries(history) ? operationsOf(history) : history;
  return new Check(MODELS[model](options.init), options).run(operations);
}

function isEntries(history: readonly HistoryEntry[] | readonly Operation[]): history is readonly HistoryEntry[] {
  const [first] = history;
  return first === undefined || "type" in first;
}

/** The outcome of a search of what was known of a part by the time that the entry at a position was recorded. */
interface Attempt extends SearchResult {
  readonly until: number;
}

/** What the search is limited by. */
type Limit = "steps" | "memory";

class Check {
  private readonly search = new Search();
  private readonly model: Model;
  private readonly maxSteps: number;
  private readonly bytes: number;
  private readonly violations: Violation[] = [];
  private readonly longest = new Map<number, PartialLinearization>();
  private steps = 0;

  constructor(model: Model, { steps = DEFAULT_STEPS, bytes = DEFAULT_BYTES }: LinearizabilityOptions) {
    this.model = model;
    this.maxSteps = steps;
    this.bytes = bytes;
  }

  run(operations: readonly Operation[]): LinearizabilityResult {
    for (const operation of operations) this.model.check(operation);
    const partitions = partitionsOf(operations, this.model);
    let pending = [...partitions.keys()];
    let undecided = 0;
    let limit: Limit = "memory";
    for (let budget = FIRST_BUDGET; pending.length > 0 && this.violations.length === 0; budget *= BUDGET_GROWTH) {
      const open: number[] = [];
      for (const at of pending) {
        const partition = partitions[at] as Partition;
        const attempt = this.attempt(partition, Infinity, budget + partition.operations.length);
        if (attempt.answer === "linearizable") this.longest.delete(at);
        else if (attempt.answer === "nonlinearizable") this.longest.set(at, this.reject(partition, attempt));
        else {
          this.longest.set(at, this.partialOf(partition, "unknown", attempt));
          if (attempt.answer === "steps" && this.steps < this.maxSteps) {
            open.push(at);
          } else {
            undecided++;
            if (attempt.answer === "steps") limit = "steps";
          }
        }
      }
      pending = open;
    }
    undecided += pending.length;
    const invalid = this.violations.length > 0;
    return {
      verdict: invalid ? "invalid" : undecided > 0 ? "unknown" : "valid",
      violations: this.violations.sort((a, b) => (a.operations[0] ?? 0) - (b.operations[0] ?? 0)),
      unknown: invalid || undecided === 0 ? undefined : this.limitMessage(limit, undecided, partitions.length),
      longest: [...this.longest].sort(([a], [b]) => a - b).map(([, partial]) => partial),
      partitions: partitions.length,
      undecided,
      steps: this.steps,
    };
  }

  private attempt(partition: Partition, until: number, steps: number): Attempt {
    const subject = subjectOf(partition, this.model, until);
    const allowed = Math.min(steps, this.maxSteps - this.steps);
    const result = this.search.run(subject, this.model.machineOf(subject), { steps: allowed, bytes: this.bytes });
    this.steps += result.steps;
    return { ...result, until };
  }

  private reject(partition: Partition, whole: Attempt): PartialLinearization {
    const { culprit, before } = this.firstUnplaced(partition, whole);
    const partial = this.partialOf(partition, "invalid", before, culprit);
    this.violations.push(explain(this.model, partition, culprit, partial));
    return partial;
  }

  /**
   * The operation with whose completion the history ceased to be linearizable. What was recorded up to any position is
   * linearizable when what was recorded up to a later one is, so that it can be searched for by halves, beginning with the place
   * that the search of the whole reached. When a limit ends that, an operation by whose completion it had ceased to be.
   */
  private firstUnplaced(
    partition: Partition,
    whole: Attempt,
  ): { readonly culprit: Operation; readonly before: Attempt } {
    const completions = partition.operations.filter(({ outcome }) => outcome === "ok").sort((a, b) => a.end - b.end);
    let before = whole;
    let fitting = whole.completed;
    let failing = completions.length;
    // Worth no more than a few times what the verdict itself took.
    const most = this.steps + 8 * (whole.steps + FIRST_BUDGET);
    for (let stride = 1; failing - fitting > 1;) {
      const probe = Math.min(fitting + stride, (fitting + failing) >>> 1);
      const attempt = this.attempt(partition, (completions[probe - 1] as Operation).end, most - this.steps);
      if (attempt.answer === "linearizable") {
        before = attempt;
        fitting = probe;
        stride *= 2;
      } else if (attempt.answer === "nonlinearizable") {
        failing = probe;
      } else {
        break;
      }
    }
    return { culprit: completions[failing - 1] as Operation, before };
  }

  private partialOf(
    partition: Partition,
    verdict: PartialLinearization["verdict"],
    { order, until, completed }: Attempt,
    unplaced?: Operation,
  ): PartialLinearization {
    const subject = subjectOf(partition, this.model, until);
    const { operations } = subject;
    const stuck =
      unplaced ?? operations.slice(0, subject.required).sort((a, b) => a.end - b.end)[completed] ?? operations[0];
    return {
      key: partition.key,
      verdict,
      operations: partition.operations.length,
      order: order.map((at) => (operations[at] as Operation).index),
      unplaced: stuck === undefined ? [] : [stuck.index],
      state: this.model.machineOf(subject).describe(order),
    };
  }

  private limitMessage(limit: Limit, undecided: number, partitions: number): Message {
    return limit === "steps"
      ? { id: "linearizability-out-of-steps", params: { undecided, partitions, limit: this.maxSteps } }
      : { id: "linearizability-out-of-memory", params: { undecided, partitions, limit: this.bytes } };
  }
}
