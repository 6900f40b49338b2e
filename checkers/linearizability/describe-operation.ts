import { describeValue } from "../describe-value.ts";
import type { Operation } from "../history.ts";

/** Longer values are cut. */
const LONGEST_VALUE = 60;

/** Functions that answer with a value. */
const ANSWERING: readonly string[] = ["read", "get", "dequeue", "pop"];

/** An operation as a sentence shows it: "write 4", "read → 2", of key x "write x 4", "read x → 2". */
export function describeOperation({ f, key, value, outcome }: Operation): string {
  const name = key === undefined ? f : `${f} ${key}`;
  if (ANSWERING.includes(f)) return outcome === "ok" ? `${name} → ${shortened(describeValue(value))}` : name;
  return value === undefined || (value === null && f !== "write" && f !== "put")
    ? name
    : `${name} ${shortened(describeValue(value))}`;
}

function shortened(text: string): string {
  return text.length <= LONGEST_VALUE ? text : `${text.slice(0, LONGEST_VALUE)}…`;
}
