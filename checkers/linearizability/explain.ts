import { describeValue } from "../describe-value.ts";
import type { HistoryValue, Operation } from "../history.ts";
import type { Message } from "../message.ts";
import type { Violation } from "../verdict.ts";
import { describeOperation } from "./describe-operation.ts";
import type { Model, ValueFlow } from "./model.ts";
import type { Partition } from "./partitions.ts";
import { canonicalText } from "./value-table.ts";

/** Longer values are cut in sentences. */
const LONGEST_VALUE = 60;

/** How far an order of a partition got. */
interface Partial {
  readonly order: readonly number[];
  readonly state: HistoryValue;
}

/** Says why an operation cannot be placed: by what became of the value that it answered with, or by how far an order got. */
export function explain(model: Model, partition: Partition, culprit: Operation, partial: Partial): Violation {
  const flow = model.valuesOf?.(partition.operations);
  const cause = flow === undefined ? undefined : causeOf(flow, partition.operations, culprit);
  const message = cause ?? {
    id: "linearizability-no-order",
    others: [],
    params: { placed: partial.order.length, state: shortened(partial.state) },
  };
  return {
    kind: "nonlinearizable",
    operations: [culprit.index, ...message.others.map(({ index }) => index)],
    message: {
      id: message.id,
      params: { ...operationParams(culprit), ...otherParams(message.others[0]), ...message.params },
    },
  };
}

interface Cause extends Message {
  /** The operations that it rests on beside the one in question. */
  readonly others: readonly Operation[];
}

function causeOf(flow: ValueFlow, operations: readonly Operation[], culprit: Operation): Cause | undefined {
  const provenance = new Provenance(flow, operations);
  for (const value of flow.needs(culprit)) {
    const cause =
      provenance.neverBrought(value, culprit) ??
      provenance.replaced(value, culprit) ??
      provenance.takenBefore(value, culprit);
    if (cause !== undefined) return cause;
  }
  return flow.tellsAll?.(culprit) === true ? provenance.missed(culprit) : undefined;
}

/** Where values came from. */
class Provenance {
  private readonly flow: ValueFlow;
  private readonly operations: readonly Operation[];

  constructor(flow: ValueFlow, operations: readonly Operation[]) {
    this.flow = flow;
    this.operations = operations;
  }

  /** Nothing that was invoked in time can have brought the value. */
  neverBrought(value: HistoryValue, culprit: Operation): Cause | undefined {
    if (this.isInitial(value)) return undefined;
    const origins = this.originsOf(value);
    if (origins.some(({ outcome, start }) => outcome !== "fail" && start < culprit.end)) return undefined;
    const params = { value: shortened(value) };
    const later = origins.find(({ outcome }) => outcome !== "fail");
    if (later !== undefined) return { id: "linearizability-from-the-future", others: [later], params };
    const failed = origins.find(({ start }) => start < culprit.end);
    if (failed !== undefined) return { id: "linearizability-failed-origin", others: [failed], params };
    return { id: "linearizability-no-origin", others: [], params };
  }

  /** Something that took effect after all that can have brought the value, and before the operation, left another value. */
  replaced(value: HistoryValue, culprit: Operation): Cause | undefined {
    const { flow } = this;
    if (flow.leaves === undefined) return undefined;
    const text = canonicalText(value);
    const origins = this.originsOf(value).filter(({ outcome, start }) => outcome !== "fail" && start < culprit.end);
    const settled = origins.reduce((last, { end }) => Math.max(last, end), -1);
    let first: Operation | undefined;
    for (const operation of this.operations) {
      if (operation.outcome !== "ok" || operation.end >= culprit.start || operation.start <= settled) continue;
      if (canonicalText(flow.leaves(operation)) === text) continue;
      if (first === undefined || operation.end < first.end) first = operation;
    }
    if (first === undefined) return undefined;
    const wrote = flow.brings(first).length > 0;
    return {
      id: wrote ? "linearizability-overwritten" : "linearizability-superseded",
      others: [first],
      params: { value: shortened(value), there: shortened(flow.leaves(first)) },
    };
  }

  /** As many took the value, and completed before, as can have brought it. */
  takenBefore(value: HistoryValue, culprit: Operation): Cause | undefined {
    const { flow } = this;
    if (flow.takes?.(culprit) !== true) return undefined;
    const text = canonicalText(value);
    const origins = this.originsOf(value).filter(({ outcome, start }) => outcome !== "fail" && start < culprit.end);
    const initial = this.flow.initial.filter((item) => canonicalText(item) === text).length;
    const takers = this.operations.filter(
      (operation) =>
        operation !== culprit &&
        operation.outcome === "ok" &&
        operation.end < culprit.end &&
        flow.takes?.(operation) === true &&
        this.flow.needs(operation).some((item) => canonicalText(item) === text),
    );
    if (takers.length < origins.length + initial) return undefined;
    return { id: "linearizability-taken-before", others: takers.slice(-1), params: { value: shortened(value) } };
  }

  /** A value that was certainly there is not among those told. */
  missed(culprit: Operation): Cause | undefined {
    const told = new Set(this.flow.needs(culprit).map(canonicalText));
    for (const operation of this.operations) {
      if (operation.outcome !== "ok" || operation.end >= culprit.start) continue;
      for (const value of [...this.flow.brings(operation), ...this.flow.needs(operation)]) {
        if (told.has(canonicalText(value))) continue;
        const brought = this.flow.brings(operation).length > 0;
        return {
          id: brought ? "linearizability-lost" : "linearizability-unseen",
          others: [operation],
          params: { value: shortened(value) },
        };
      }
    }
    return undefined;
  }

  private isInitial(value: HistoryValue): boolean {
    const text = canonicalText(value);
    return this.flow.initial.some((initial) => canonicalText(initial) === text);
  }

  private originsOf(value: HistoryValue): Operation[] {
    const text = canonicalText(value);
    return this.operations.filter((operation) =>
      this.flow.brings(operation).some((item) => canonicalText(item) === text),
    );
  }
}

function operationParams(operation: Operation): Message["params"] {
  return {
    op: operation.index,
    process: operation.process,
    what: describeOperation(operation),
    invoked: operation.invoked,
    completed: operation.completed,
  };
}

function otherParams(operation: Operation | undefined): Message["params"] {
  if (operation === undefined) return {};
  return {
    other: operation.index,
    otherProcess: operation.process,
    otherWhat: describeOperation(operation),
    otherInvoked: operation.invoked,
    otherCompleted: operation.completed,
  };
}

function shortened(value: HistoryValue): string {
  const text = describeValue(value);
  return text.length <= LONGEST_VALUE ? text : `${text.slice(0, LONGEST_VALUE)}…`;
}
