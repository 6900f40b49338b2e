import type { Duration } from "../../host/time.ts";
import { decodeOperation, OPERATION_LIMITS } from "../../topologies/decode-operation.ts";
import { CsvError, csvRecords } from "./csv.ts";
import { nanoseconds, type TimeUnit } from "./time-text.ts";

/** An operation of a recorded trace. */
export interface TracedOperation {
  /** Since the earliest operation of the trace. */
  readonly time: Duration;
  readonly op: "read" | "write" | "delete" | "scan";
  readonly key: string;
  /** Of a write, the size of its value in bytes; of a scan, how many registers it reads at most; else 0. */
  readonly size: number;
  /** Who did it, where the trace tells. */
  readonly client: string | undefined;
}

/** The columns of a trace, or the fields of its objects. */
export type TraceColumn = "time" | "operation" | "key" | "size" | "client";

export interface OperationTraceOptions {
  /** What times count. Default "ms". */
  readonly unit?: TimeUnit;
  /** What columns are called, where it is not as {@link DEFAULT_NAMES} has it. Small and capital letters are the same. */
  readonly columns?: Partial<Readonly<Record<TraceColumn, string>>>;
  /** Operations that are taken at most; more are refused. Default 100,000. */
  readonly most?: number;
  /** Plays the trace so many times as fast: times are divided by it. Default 1. */
  readonly speedUp?: number;
}

/** A recorded trace that cannot be read. */
export class OperationTraceError extends Error {
  override readonly name = "OperationTraceError";
  /** From 1 on; undefined when it is about the whole. */
  readonly line: number | undefined;

  constructor(line: number | undefined, message: string) {
    super(line === undefined ? message : `line ${line}: ${message}`);
    this.line = line;
  }
}

/** What columns are called unless options say otherwise, the first that there is. */
export const DEFAULT_NAMES: Readonly<Record<TraceColumn, readonly string[]>> = {
  time: ["time", "timestamp", "ts"],
  operation: ["operation", "op", "type", "command"],
  key: ["key"],
  size: ["value size", "value_size", "valuesize", "size", "bytes"],
  client: ["client", "client id", "client_id", "thread"],
};

const OPERATIONS: ReadonlyMap<string, TracedOperation["op"]> = new Map(
  (
    [
      ["read", ["read", "get", "gets"]],
      ["write", ["write", "put", "set", "insert", "update", "add", "replace"]],
      ["delete", ["delete", "del", "remove"]],
      ["scan", ["scan", "range"]],
    ] as const
  ).flatMap(([op, names]) => names.map((name) => [name, op] as const)),
);

const MOST_OPERATIONS = 100_000;
/** Longer than any key with all that stands beside it. */
const MOST_LINE = 100_000;
const DEFAULT_SCAN = 100;

/** What a line says of a column; undefined when it says nothing. */
type Line = (column: TraceColumn) => string | undefined;

/**
 * Reads a recorded operation trace: CSV with a line of column names first, or JSON Lines with an object a line; which of the
 * two, its first character tells. Operations are put into the order of their times.
 *
 * @throws OperationTraceError naming the line, what is wrong with it, and what would be right
 */
export function parseOperationTrace(text: string, options: OperationTraceOptions = {}): TracedOperation[] {
  const { unit = "ms", most = MOST_OPERATIONS, speedUp = 1 } = options;
  if (!Number.isSafeInteger(speedUp) || speedUp < 1) {
    throw new OperationTraceError(undefined, `a speed-up is a whole number of at least 1, not ${speedUp}`);
  }
  const content = text.startsWith("\ufeff") ? text.slice(1) : text;
  const lines = content.trimStart().startsWith("{") ? jsonLines(content, options) : csvLines(content, options);
  const operations: { readonly at: bigint; readonly operation: Omit<TracedOperation, "time"> }[] = [];
  for (const [number, line] of lines) {
    if (operations.length === most) {
      throw new OperationTraceError(number, `the trace has more than ${most} operations; cut it, or allow more`);
    }
    const at = nanoseconds(line("time") ?? "", unit);
    if (at === undefined) {
      throw new OperationTraceError(number, `time is ${shown(line("time"))}, but must be a decimal number of ${unit}`);
    }
    operations.push({ at, operation: operationOf(number, line) });
  }
  if (operations.length === 0) throw new OperationTraceError(undefined, "the trace has no operations");
  return inOrder(operations, BigInt(speedUp));
}

function inOrder(
  operations: { readonly at: bigint; readonly operation: Omit<TracedOperation, "time"> }[],
  speedUp: bigint,
): TracedOperation[] {
  const sorted = operations.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  const start = sorted[0]?.at ?? 0n;
  const last = sorted.at(-1)?.at ?? 0n;
  if ((last - start) / speedUp > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw new OperationTraceError(undefined, "the trace lasts longer than 104 days; is the unit of its times right?");
  }
  return sorted.map(({ at, operation }) => ({ time: Number((at - start) / speedUp), ...operation }));
}

function operationOf(number: number, line: Line): Omit<TracedOperation, "time"> {
  const named = line("operation") ?? "";
  const op = OPERATIONS.get(named.toLowerCase());
  if (op === undefined) {
    const known = [...OPERATIONS.keys()].join(", ");
    throw new OperationTraceError(number, `operation is ${shown(named)}, but must be one of ${known}`);
  }
  const key = line("key");
  if (key === undefined || key === "" || decodeOperation({ op: "read", key }) === undefined) {
    const wanted = `text of 1 to ${OPERATION_LIMITS.key} characters`;
    throw new OperationTraceError(number, `key is ${shown(key)}, but must be ${wanted}`);
  }
  return { op, key, size: sizeOf(number, op, line("size")), client: line("client") };
}

/** What stands there for a read or a deletion says nothing. */
function sizeOf(number: number, op: TracedOperation["op"], text: string | undefined): number {
  if (op === "read" || op === "delete") return 0;
  if (op === "scan" && (text === undefined || text === "")) return DEFAULT_SCAN;
  const [least, most] = op === "scan" ? [1, OPERATION_LIMITS.scan] : [0, OPERATION_LIMITS.value];
  const size = text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : NaN;
  if (size >= least && size <= most) return size;
  const what = op === "scan" ? "the number of keys" : "value size";
  throw new OperationTraceError(
    number,
    `${what} is ${shown(text)}, but must be a whole number from ${least} to ${most}`,
  );
}

function* csvLines(text: string, options: OperationTraceOptions): Generator<[number, Line]> {
  let places: Readonly<Record<TraceColumn, number>> | undefined;
  try {
    for (const { line, fields } of csvRecords(text)) {
      if (places === undefined) {
        places = placesOf(line, fields, options);
        continue;
      }
      const of = places;
      yield [line, (column) => fields[of[column]]?.trim()];
    }
  } catch (error) {
    if (error instanceof CsvError) throw new OperationTraceError(error.line, error.message);
    throw error;
  }
}

/** Where each column stands; -1 for one that is not there, and need not be. */
function placesOf(
  line: number,
  header: readonly string[],
  options: OperationTraceOptions,
): Readonly<Record<TraceColumn, number>> {
  const names = header.map((name) => name.trim().toLowerCase());
  const place = (column: TraceColumn): number => {
    const wanted = namesOf(column, options);
    const found = wanted.map((name) => names.indexOf(name)).find((index) => index >= 0);
    if (found !== undefined) return found;
    if (column === "client" && options.columns?.client === undefined) return -1;
    const expected = wanted.map((name) => `'${name}'`).join(" or ");
    throw new OperationTraceError(line, `no column ${expected} for ${column}; there are: ${names.join(", ")}`);
  };
  return {
    time: place("time"),
    operation: place("operation"),
    key: place("key"),
    size: place("size"),
    client: place("client"),
  };
}

function* jsonLines(text: string, options: OperationTraceOptions): Generator<[number, Line]> {
  let start = 0;
  for (let number = 1; start < text.length; number++) {
    const newline = text.indexOf("\n", start);
    const end = newline < 0 ? text.length : newline;
    const line = text.slice(start, Math.min(end, start + MOST_LINE + 1)).trim();
    if (line.length > MOST_LINE) {
      throw new OperationTraceError(number, `the line is longer than ${MOST_LINE} characters`);
    }
    start = end + 1;
    if (line === "") continue;
    const fields = fieldsOf(number, line);
    yield [number, (column) => fieldText(number, column, fields, namesOf(column, options))];
  }
}

function fieldsOf(number: number, line: string): ReadonlyMap<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new OperationTraceError(number, "not JSON; each line must be one whole object");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new OperationTraceError(number, "the line is no JSON object");
  }
  return new Map(Object.entries(value).map(([name, field]) => [name.toLowerCase(), field]));
}

function fieldText(
  number: number,
  column: TraceColumn,
  fields: ReadonlyMap<string, unknown>,
  names: readonly string[],
): string | undefined {
  const name = names.find((each) => fields.has(each));
  const value = name === undefined ? undefined : fields.get(name);
  if (value === undefined || value === null) return undefined;
  if (typeof value === "string") return column === "key" ? value : value.trim();
  if (typeof value === "number") return String(value);
  throw new OperationTraceError(number, `${column} is neither text nor a number`);
}

function namesOf(column: TraceColumn, { columns }: OperationTraceOptions): readonly string[] {
  const given = columns?.[column];
  return given === undefined ? DEFAULT_NAMES[column] : [given.toLowerCase()];
}

function shown(text: string | undefined): string {
  if (text === undefined) return "missing";
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}...` : text);
}
