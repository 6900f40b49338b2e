import type { Operation } from "../history.ts";
import type { Model, Subject } from "./model.ts";

/** Operations that are judged apart from all others, in order of invocation. */
export interface Partition {
  /** Of a history over many keys, the one concerned. */
  readonly key: string | undefined;
  readonly operations: readonly Operation[];
}

/**
 * Splits a history so that it is linearizable exactly when each part is: by key, and within it into groups that share no part
 * of the data (Herlihy and Wing, "Linearizability", 1990, section 3: locality). Parts come in order of their first operation.
 */
export function partitionsOf(operations: readonly Operation[], model: Model): Partition[] {
  const ordered = operations.every(({ start }, at) => at === 0 || start > (operations[at - 1] as Operation).start)
    ? operations
    : [...operations].sort((a, b) => a.start - b.start);
  const keys = new Map<string | undefined, Operation[]>();
  for (const operation of ordered) {
    const same = keys.get(operation.key);
    if (same === undefined) keys.set(operation.key, [operation]);
    else same.push(operation);
  }
  const partitions: Partition[] = [];
  for (const [key, same] of keys) {
    const groups = model.partsOf === undefined ? [same] : groupsOf(same, model.partsOf);
    for (const group of groups) partitions.push({ key, operations: group });
  }
  return partitions;
}

/** Joins operations that share a part, or are linked by others that do. */
function groupsOf(
  operations: readonly Operation[],
  partsOf: (operation: Operation) => readonly string[],
): Operation[][] {
  const ids = new Map<string, number>();
  const parents: number[] = [];
  const root = (id: number): number => {
    let at = id;
    while (parents[at] !== at) {
      parents[at] = parents[parents[at] as number] as number;
      at = parents[at] as number;
    }
    return at;
  };
  const partIn: number[] = [];
  for (const operation of operations) {
    let joined = -1;
    for (const part of partsOf(operation)) {
      let id = ids.get(part);
      if (id === undefined) {
        id = parents.push(parents.length) - 1;
        ids.set(part, id);
      }
      if (joined >= 0) parents[root(id)] = root(joined);
      joined = id;
    }
    partIn.push(joined);
  }
  const groups = new Map<number, Operation[]>();
  for (const [at, operation] of operations.entries()) {
    const part = partIn[at] as number;
    // What is about nothing can be put anywhere.
    if (part < 0) continue;
    const group = groups.get(root(part));
    if (group === undefined) groups.set(root(part), [operation]);
    else group.push(operation);
  }
  return [...groups.values()];
}

/**
 * What is known of a partition by the time that the entry at position `until` has been recorded: later invocations do not
 * exist yet, and what completes later may not have happened yet, but if it has, it answers as recorded.
 */
export function subjectOf({ operations }: Partition, model: Model, until = Infinity): Subject {
  const required: Operation[] = [];
  const optional: Operation[] = [];
  for (const operation of operations) {
    if (operation.outcome === "fail" || operation.start > until) continue;
    if (operation.outcome === "ok" && operation.end <= until) required.push(operation);
    else if (!model.observes(operation)) optional.push(operation);
  }
  if (model.select !== undefined) return model.select(required, optional);
  return { operations: optional.length === 0 ? required : [...required, ...optional], required: required.length };
}
