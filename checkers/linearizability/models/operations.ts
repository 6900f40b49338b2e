import type { HistoryValue, Operation } from "../../history.ts";
import { ModelError, type LinearizabilityModel } from "../model.ts";
import { isList } from "../value-table.ts";

/** What a value is when it is not what it should be. */
export function valueOf(model: LinearizabilityModel, operation: Operation): HistoryValue {
  if (operation.value === undefined) throw new ModelError(model, operation, "has no value");
  return operation.value;
}

export function numberOf(model: LinearizabilityModel, operation: Operation): number {
  if (typeof operation.value !== "number") throw new ModelError(model, operation, "needs a number");
  return operation.value;
}

export function listOf(model: LinearizabilityModel, operation: Operation): readonly HistoryValue[] {
  if (!isList(operation.value)) throw new ModelError(model, operation, "needs a list");
  return operation.value;
}

/** Of a compare-and-set: the value that must be there, and the one that takes its place. */
export function pairOf(model: LinearizabilityModel, operation: Operation): readonly [HistoryValue, HistoryValue] {
  const { value } = operation;
  const [from, to] = isList(value) && value.length === 2 ? value : [undefined, undefined];
  if (from === undefined || to === undefined) throw new ModelError(model, operation, "needs a pair [from, to]");
  return [from, to];
}

export function unknownFunction(
  model: LinearizabilityModel,
  operation: Operation,
  known: readonly string[],
): ModelError {
  return new ModelError(model, operation, `no such function; there are ${known.join(", ")}`);
}
