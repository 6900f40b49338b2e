import type { HistoryValue, Operation } from "../../history.ts";
import type { Subject } from "../model.ts";
import type { RegisterOperation } from "../register-machine.ts";
import { ValueTable } from "../value-table.ts";

/**
 * Leaves out what may have happened to a register but cannot have mattered. In an order with as few such operations as can
 * be, the operation after each of them needs the value that it left, or else it could be left out.
 */
export function usefulToRegister(
  required: readonly Operation[],
  optional: readonly Operation[],
  registerOperation: (operation: Operation) => RegisterOperation,
): Subject {
  if (optional.length === 0) return { operations: required, required: required.length };
  const needed = new ValueTable();
  const need = (value: HistoryValue | undefined): void => {
    if (value !== undefined) needed.idOf(value);
  };
  for (const operation of required) need(registerOperation(operation).needs);
  let candidates = optional.map((operation) => ({ operation, ...registerOperation(operation) }));
  const useful = new Set<Operation>();
  // What is useful may need a value in its turn.
  for (;;) {
    const before = useful.size;
    candidates = candidates.filter(({ operation, needs, leaves }) => {
      if (leaves === undefined || needed.find(leaves) === undefined) return true;
      useful.add(operation);
      need(needs);
      return false;
    });
    if (useful.size === before) break;
  }
  return {
    operations: [...required, ...optional.filter((operation) => useful.has(operation))],
    required: required.length,
  };
}
