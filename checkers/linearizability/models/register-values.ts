import type { HistoryValue, Operation } from "../../history.ts";
import type { ValueFlow } from "../model.ts";
import type { RegisterOperation } from "../register-machine.ts";

/** The values of an object that holds one at a time. */
export function registerValues(
  init: HistoryValue,
  registerOperation: (operation: Operation) => RegisterOperation,
): ValueFlow {
  const listed = (value: HistoryValue | undefined): readonly HistoryValue[] => (value === undefined ? [] : [value]);
  return {
    initial: [init],
    brings: (operation) => listed(registerOperation(operation).leaves),
    needs: (operation) => listed(registerOperation(operation).needs),
    leaves(operation) {
      const { needs, leaves } = registerOperation(operation);
      return leaves ?? needs ?? null;
    },
  };
}
