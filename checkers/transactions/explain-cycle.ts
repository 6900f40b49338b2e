import { describeCycle, type CycleStep } from "../cycle.ts";
import { describeValue } from "../describe-value.ts";
import type { Operation } from "../history.ts";
import type { Message } from "../message.ts";
import type { Violation } from "../verdict.ts";
import type { AnomalousCycle, DependencyStep } from "./cycle-search.ts";
import { RELATIONS } from "./dependency-graph.ts";
import type { ListAppendHistory } from "./list-append-history.ts";
import type { VersionOrder } from "./version-order.ts";

/** A cycle as a violation, each of its steps explained. */
export function explainCycle(
  { kind, steps }: AnomalousCycle,
  history: ListAppendHistory,
  order: VersionOrder,
): Omit<Violation, "kind"> {
  const cycle = startingWithLeast(steps).map((step) => explainStep(step, history, order));
  const operations = startingWithLeast(steps).map(({ from }) => history.transactions[from] as Operation);
  return {
    operations: operations.map(({ index }) => index),
    message: cycleMessage(kind, cycle, operations),
    cycle,
  };
}

/** The sentence for a cycle of a kind through operations. */
export function cycleMessage(kind: string, cycle: readonly CycleStep[], operations: readonly Operation[]): Message {
  const times = operations.flatMap(({ invoked, completed }) =>
    completed === Infinity ? [invoked] : [invoked, completed],
  );
  return {
    id: `anomaly-${kind}`,
    params: {
      cycle: describeCycle(cycle),
      processes: operations.map(({ process }) => process).join(", "),
      from: times.reduce((least, time) => Math.min(least, time), Infinity),
      to: times.reduce((most, time) => Math.max(most, time), -Infinity),
    },
  };
}

function startingWithLeast(steps: readonly DependencyStep[]): DependencyStep[] {
  let least = 0;
  steps.forEach(({ from }, at) => {
    if (from < (steps[least]?.from ?? Infinity)) least = at;
  });
  return [...steps.slice(least), ...steps.slice(0, least)];
}

function explainStep(step: DependencyStep, history: ListAppendHistory, order: VersionOrder): CycleStep {
  const { transactions, elements, keys } = history;
  const [from, to] = [transactions[step.from] as Operation, transactions[step.to] as Operation];
  const relation = RELATIONS.get(step.label) ?? "ww";
  const element = elements[step.element];
  const key = element === undefined ? undefined : describeValue(keys[element.key]);
  const ends = { from: from.index, to: to.index };
  if (element === undefined) {
    const params = { ...ends, process: from.process, completed: from.completed, invoked: to.invoked };
    return { ...ends, relation, key, message: { id: `step-${relation}`, params } };
  }
  const params = { ...ends, key: key ?? "", value: describeValue(element.value) };
  if (relation !== "ww") return { ...ends, relation, key, message: { id: `step-${relation}`, params } };
  const versions = order.orders[element.key] ?? [];
  const place = order.places[step.element] ?? -1;
  const previous = elements[versions[place === -1 ? versions.length - 1 : place - 1] ?? -1];
  return {
    ...ends,
    relation,
    key,
    message: { id: "step-ww", params: { ...params, previous: describeValue(previous?.value) } },
  };
}
