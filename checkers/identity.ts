import type { HistoryValue } from "./history.ts";

/** What a Map can tell values apart by. */
export type Identity = string | number | boolean | null;

/** A key that two values share exactly when they are equal as data, however their names are ordered. */
export function identityOf(value: HistoryValue | undefined): Identity {
  if (value === undefined) return null;
  // The mark keeps a list apart from a text that looks like one.
  return typeof value === "object" && value !== null ? `\u0000${canonical(value)}` : value;
}

function canonical(value: HistoryValue): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (isList(value)) return `[${value.map(canonical).join()}]`;
  const names = Object.keys(value).sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(value[name] ?? null)}`).join()}}`;
}

/** Whether a value is a list: `Array.isArray` for lists that cannot be changed. */
export function isList(value: HistoryValue | undefined): value is readonly HistoryValue[] {
  return Array.isArray(value);
}
