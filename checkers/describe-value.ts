import type { HistoryValue } from "./history.ts";

/** A value as a sentence shows it: text as it is, "nothing" for none, the rest as JSON with a space after each comma. */
export function describeValue(value: HistoryValue | undefined): string {
  if (value === null || value === undefined) return "nothing";
  if (typeof value === "string") return value;
  if (typeof value !== "object") return String(value);
  if (isList(value)) return `[${value.map(describePart).join(", ")}]`;
  const fields = Object.entries(value).map(([name, part]) => `${name}: ${describePart(part)}`);
  return `{${fields.join(", ")}}`;
}

function describePart(value: HistoryValue): string {
  return value === null ? "null" : describeValue(value);
}

function isList(value: HistoryValue): value is readonly HistoryValue[] {
  return Array.isArray(value);
}

/** A key as a sentence shows it; a dash where a history has none. */
export function describeKey(key: string | undefined): string {
  return key === undefined || key === "" ? "—" : key;
}
