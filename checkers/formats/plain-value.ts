import type { HistoryValue } from "../history.ts";
import { HistoryFormatError } from "./format-error.ts";

/** Values may not be nested deeper: those who walk through them do so by recursion. */
export const MAX_DEPTH = 100;

/**
 * Checks that what JSON gave can be told apart from its neighbours and walked through.
 *
 * @throws HistoryFormatError for a whole number beyond 2^53, or more than 100 levels
 */
export function plainValue(value: unknown, line: number, depth = 0): HistoryValue {
  if (typeof value === "number") {
    if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
      throw new HistoryFormatError(
        line,
        `${value} cannot be told from its neighbours: give whole numbers beyond 2^53 as text`,
      );
    }
    return value;
  }
  if (value === null || typeof value !== "object") return value as HistoryValue;
  if (depth >= MAX_DEPTH) {
    throw new HistoryFormatError(line, `the value is nested more than ${MAX_DEPTH} deep`);
  }
  for (const part of Array.isArray(value) ? value : Object.values(value)) plainValue(part, line, depth + 1);
  return value as HistoryValue;
}
