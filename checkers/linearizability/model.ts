import type { HistoryValue, Operation } from "../history.ts";
import type { Machine } from "./machine.ts";

/** The sequential objects that a history can be held against, by the names that users of Jepsen, Knossos and Porcupine know. */
export const LINEARIZABILITY_MODELS = [
  "register",
  "cas-register",
  "multi-register",
  "kv",
  "set",
  "counter",
  "queue",
  "stack",
  "mutex",
] as const;

export type LinearizabilityModel = (typeof LINEARIZABILITY_MODELS)[number];

/** An operation that a model does not know, or cannot read. */
export class ModelError extends Error {
  override readonly name = "ModelError";
  readonly model: LinearizabilityModel;
  /** Its index among the history's operations; undefined when the initial value is at fault. */
  readonly operation: number | undefined;

  constructor(model: LinearizabilityModel, operation: Operation | undefined, problem: string) {
    const where = operation === undefined ? "" : `operation ${operation.index} (${operation.f}): `;
    super(`${model}: ${where}${problem}`);
    this.model = model;
    this.operation = operation?.index;
  }
}

/** What is known of the operations on one part of the data, to be brought into an order. */
export interface Subject {
  /**
   * First those that must have happened, in order of invocation; then those that may have, in order of invocation. Never
   * an operation that did not happen.
   */
  readonly operations: readonly Operation[];
  /** How many of them must have happened. */
  readonly required: number;
}

/** Which values operations bring and need, where that says why an operation cannot be placed. */
export interface ValueFlow {
  /** The values that are there at first. */
  readonly initial: readonly HistoryValue[];
  /** The values that the operation brings. */
  brings(operation: Operation): readonly HistoryValue[];
  /** The values that must have been brought for the operation to answer as it did. */
  needs(operation: Operation): readonly HistoryValue[];
  /** Of an object that holds one value: the one that is certainly there when the operation has taken effect. */
  leaves?(operation: Operation): HistoryValue;
  /** Of an object that keeps all values: whether the operation tells all that are there. */
  tellsAll?(operation: Operation): boolean;
  /** Of an object that gives each value out once: whether the operation takes what it needs. */
  takes?(operation: Operation): boolean;
}

/** A sequential object, and what of a history concerns it. */
export interface Model {
  readonly name: LinearizabilityModel;
  /**
   * The names of the parts of the data that an operation is about, where one key does not say it all: operations that
   * share no part, directly or through others, are judged apart.
   */
  readonly partsOf?: (operation: Operation) => readonly string[];
  /**
   * Called for every operation of the history, before all else.
   *
   * @throws ModelError when the model has no such operation, or its value has the wrong form
   */
  check(operation: Operation): void;
  /** Whether an operation of unknown outcome says nothing, whether it happened or not: it only reads. */
  observes(operation: Operation): boolean;
  /**
   * Leaves out operations of unknown outcome that no order needs, and says which of them every order needs.
   * Without it, all are kept, and none is needed.
   */
  select?(required: readonly Operation[], optional: readonly Operation[]): Subject;
  /** Which values these operations bring and need; undefined where that says little. */
  valuesOf?(operations: readonly Operation[]): ValueFlow | undefined;
  /** The object as a machine over numbered states, for these operations. The machine of an earlier subject is void. */
  machineOf(subject: Subject): Machine;
}

/** A model's maker: takes the value that the object has before the first operation; undefined for the model's own. */
export type ModelFactory = (init: HistoryValue | undefined) => Model;
