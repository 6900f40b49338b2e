import * as v from "valibot";
import { describeValue } from "../describe-value.ts";
import type { HistoryEntry, HistoryValue } from "../history.ts";
import { excerpt, HistoryFormatError } from "./format-error.ts";
import { plainValue } from "./plain-value.ts";

const KINDS = ["invoke", "ok", "fail", "info"] as const;

const RecordSchema = v.object({
  type: v.picklist(KINDS),
  f: v.pipe(v.string(), v.minLength(1)),
  /** Clients have numbers or, in other tools' histories, names; null and names beside numbers are no clients. */
  process: v.nullable(v.union([v.pipe(v.number(), v.safeInteger()), v.string()])),
  key: v.optional(v.unknown()),
  value: v.optional(v.unknown()),
  time: v.nullish(v.pipe(v.number(), v.finite())),
  error: v.optional(v.unknown()),
  node: v.nullish(v.union([v.string(), v.number()])),
  position: v.nullish(v.pipe(v.number(), v.finite())),
});

const EXPECTED: ReadonlyMap<string, string> = new Map([
  ["type", "invoke, ok, fail or info"],
  ["f", "the name of a function, such as read"],
  ["process", "a whole number or a name"],
  ["time", "nanoseconds, as a number"],
  ["node", "a name"],
  ["position", "a number"],
]);

/** What one part of a history says, before it is known which processes are clients. */
export interface OperationRecord extends Omit<HistoryEntry, "process" | "time"> {
  readonly process: number | string | null;
  /** Nanoseconds, if it tells. */
  readonly time: number | undefined;
}

/**
 * Reads what JSON or EDN gave as one event of a history.
 *
 * @throws HistoryFormatError that names the field that makes no sense
 */
export function operationRecord(data: unknown, line: number): OperationRecord {
  if (data === null || typeof data !== "object" || Array.isArray(data)) {
    throw new HistoryFormatError(line, `an operation is expected, as a map with type, f, process and value`);
  }
  const result = v.safeParse(RecordSchema, data, { abortEarly: true });
  if (!result.success) throw new HistoryFormatError(line, complaint(result.issues[0]));
  const { type, f, process, key, value, time, error, node, position } = result.output;
  return {
    type,
    f,
    process: typeof process === "string" && /^\d{1,15}$/.test(process) ? Number(process) : process,
    key: key === undefined || key === null ? undefined : keyText(plainValue(key, line)),
    value: value === undefined ? undefined : plainValue(value, line),
    time: time ?? undefined,
    error: error === undefined || error === null ? undefined : describeValue(plainValue(error, line)),
    node: node === undefined || node === null ? undefined : String(node),
    position: position ?? undefined,
  };
}

/** A key as text: what is no text already stands as JSON. */
export function keyText(key: HistoryValue): string {
  return typeof key === "string" ? key : JSON.stringify(key);
}

function complaint(issue: v.BaseIssue<unknown>): string {
  const [{ key } = { key: undefined }] = issue.path ?? [];
  const field = typeof key === "string" ? key : "an entry";
  const expected = EXPECTED.get(field) ?? "something else";
  if (issue.input === undefined) return `${field} is missing; expected ${expected}`;
  return `${field} is ${excerpt(shown(issue.input))}; expected ${expected}`;
}

function shown(input: unknown): string {
  if (Array.isArray(input)) return "a list";
  if (typeof input === "object" && input !== null) return "a map";
  return JSON.stringify(input);
}
