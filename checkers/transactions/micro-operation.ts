import { HistoryError, type HistoryValue, type Operation } from "../history.ts";
import { isList } from "../identity.ts";

/** One step of a transaction, [f, key, value]. */
export interface MicroOperation {
  readonly f: "append" | "read" | "write";
  readonly key: HistoryValue;
  /** Of an append or a write: the element or value. Of a read: what was read, null while it is not known. */
  readonly value: HistoryValue;
}

/**
 * The steps of a transaction, [[f, key, value], ...]; f is "r" or "read", "append", "w" or "write".
 *
 * @throws HistoryError when the value is no such list
 */
export function microOperationsOf(operation: Operation): MicroOperation[] {
  const { value } = operation;
  if (!isList(value)) throw new HistoryError(operation.start, "a transaction needs a list of [f, key, value]");
  return value.map((step) => {
    const [f, key, content] = isList(step) ? step : [];
    const name = nameOf(f);
    if (name === undefined || key === undefined) {
      throw new HistoryError(operation.start, `${JSON.stringify(step)} is no [f, key, value] of a transaction`);
    }
    return { f: name, key, value: content ?? null };
  });
}

function nameOf(f: HistoryValue | undefined): MicroOperation["f"] | undefined {
  if (f === "r" || f === "read") return "read";
  if (f === "w" || f === "write") return "write";
  return f === "append" ? "append" : undefined;
}
