import type { HistoryValue } from "../history.ts";

/** Numbers values from 0 in order of first appearance; equal data, equal number, whatever the order of an object's fields. */
export class ValueTable {
  private readonly plain = new Map<HistoryValue, number>();
  private readonly structured = new Map<string, number>();
  private readonly values: HistoryValue[] = [];

  get size(): number {
    return this.values.length;
  }

  clear(): void {
    if (this.plain.size > 0) this.plain.clear();
    if (this.structured.size > 0) this.structured.clear();
    this.values.length = 0;
  }

  idOf(value: HistoryValue): number {
    if (typeof value === "object" && value !== null) {
      const text = canonicalText(value);
      const known = this.structured.get(text);
      if (known !== undefined) return known;
      this.structured.set(text, this.values.length);
    } else {
      const known = this.plain.get(value);
      if (known !== undefined) return known;
      this.plain.set(value, this.values.length);
    }
    return this.values.push(value) - 1;
  }

  /** The number of a value that has one. */
  find(value: HistoryValue): number | undefined {
    return typeof value === "object" && value !== null
      ? this.structured.get(canonicalText(value))
      : this.plain.get(value);
  }

  valueOf(id: number): HistoryValue {
    return this.values[id] ?? null;
  }
}

/** The same text for the same data: JSON, with the fields of objects in the order of their names. */
export function canonicalText(value: HistoryValue): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (isList(value)) return `[${value.map(canonicalText).join(",")}]`;
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([name, part]) => `${JSON.stringify(name)}:${canonicalText(part)}`).join(",")}}`;
}

export function isList(value: HistoryValue | undefined): value is readonly HistoryValue[] {
  return Array.isArray(value);
}
