import type { HistoryValue, Operation } from "../../history.ts";
import { ModelError, type ModelFactory } from "../model.ts";
import { RegisterMachine, type RegisterOperation } from "../register-machine.ts";
import { chainsOf, type TextChains } from "../text-chains.ts";
import { textAfter, TextMachine, type TextOperation } from "../text-machine.ts";
import { registerValues } from "./register-values.ts";
import { unknownFunction, valueOf } from "./operations.ts";
import { usefulToRegister } from "./useful-to-register.ts";

const FUNCTIONS = ["get", "put", "append", "read", "write", "delete"];

/**
 * A store of values by key: `get` or `read`, `put` or `write`, `delete`, and `append` to a string. A key has no value, null, at
 * first and after a delete, or `init` at first; append begins with the empty string there. In a history that uses `get`, whose
 * users answer with the empty string where there is nothing, the two are one.
 */
export const kvModel: ModelFactory = (init = null) => {
  const values = registerValues(init, (operation) => registerOperation(operation, sameAsNothing));
  let sameAsNothing = false;
  const register = new RegisterMachine();
  const chained = new RegisterMachine();
  const text = new TextMachine();
  const initialText = (): string | null => {
    if (init !== null && typeof init !== "string") {
      throw new ModelError("kv", undefined, "the initial value must be a string where values are appended to");
    }
    return sameAsNothing && init === "" ? null : init;
  };
  const chainsIn = (operations: readonly Operation[]): TextChains | undefined =>
    chainsOf(
      operations.map((operation) => textOperation(operation, sameAsNothing)),
      initialText(),
    );
  return {
    name: "kv",
    check(operation) {
      if (!FUNCTIONS.includes(operation.f)) throw unknownFunction("kv", operation, FUNCTIONS);
      if (operation.f === "get") sameAsNothing = true;
      if (operation.f === "put" || operation.f === "write") valueOf("kv", operation);
      if (operation.f === "append") textOf(operation, valueOf("kv", operation));
    },
    observes: ({ f }) => f === "get" || f === "read",
    select(required, optional) {
      const all = [...required, ...optional];
      if (optional.length === 0) return { operations: all, required: required.length };
      const chained = all.some(appends) ? chainsIn(all)?.operations : undefined;
      if (chained === undefined && all.some(appends)) return { operations: all, required: required.length };
      const asked = new Map(chained?.map((one, at) => [all[at], one]));
      return usefulToRegister(
        required,
        optional,
        (operation) => asked.get(operation) ?? registerOperation(operation, sameAsNothing),
      );
    },
    // What a value that is appended to holds is told by more than one operation.
    valuesOf: (operations) => (operations.some(appends) ? undefined : values),
    machineOf({ operations, required }) {
      if (!operations.some(appends)) {
        const asked = operations.map((operation) => registerOperation(operation, sameAsNothing));
        register.load(asked, required, plain(init, sameAsNothing));
        return register;
      }
      const asked = operations.map((operation) => textOperation(operation, sameAsNothing));
      const chains = chainsIn(operations);
      if (chains === undefined) {
        text.load(asked, required, initialText());
        return text;
      }
      chained.load(chains.operations, required, chains.initial);
      chained.describe = (order) => textAfter(asked, order, initialText());
      return chained;
    },
  };
};

function appends({ f }: Operation): boolean {
  return f === "append";
}

function plain(value: HistoryValue | undefined, sameAsNothing: boolean): HistoryValue {
  return value === undefined || (sameAsNothing && value === "") ? null : value;
}

/** What a key holds after the operation, or held at it. */
function valueAt({ f, value }: Operation): HistoryValue {
  return f === "delete" || value === undefined ? null : value;
}

function registerOperation(operation: Operation, sameAsNothing: boolean): RegisterOperation {
  const { f, start } = operation;
  const value = plain(valueAt(operation), sameAsNothing);
  return f === "get" || f === "read"
    ? { needs: value, leaves: undefined, start }
    : { needs: undefined, leaves: value, start };
}

function textOperation(operation: Operation, sameAsNothing: boolean): TextOperation {
  const { f, start } = operation;
  const value = valueAt(operation);
  const text = value === null ? null : textOf(operation, value);
  const does = f === "append" ? "append" : f === "get" || f === "read" ? "read" : "write";
  return { does, text: sameAsNothing && text === "" ? null : text, start };
}

function textOf(operation: Operation, value: HistoryValue): string {
  if (typeof value === "string") return value;
  throw new ModelError("kv", operation, "needs a string where values are appended to");
}
