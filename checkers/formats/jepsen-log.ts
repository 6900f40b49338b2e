import { parseLeadingEdn } from "./edn.ts";
import { excerpt, HistoryFormatError } from "./format-error.ts";

/**
 * What Jepsen logs of an operation, after whatever its logger puts before: process, type, function, then value and error,
 * between tabs or spaces. The same without anything before is its history.txt.
 */
const LINE = /^(?:.*?\bjepsen\.util(?:\s+-|:)?\s+)?(-?\d+|:[^\s:]+)\s+:(\S+)(?:\s+(.*))?$/;

const FUNCTION = /^:(\S+)(?:\s+(.*))?$/;

const KINDS: ReadonlySet<string> = new Set(["invoke", "ok", "fail", "info"]);

/**
 * Reads a line of a log of Jepsen's.
 *
 * @returns the operation, still to be checked; undefined for a line about anything else
 * @throws HistoryFormatError for a line about an operation that makes no sense
 */
export function readLogLine(text: string, line: number): unknown {
  const [, process, type, rest = ""] = LINE.exec(text.trimEnd()) ?? [];
  if (process === undefined || type === undefined) return undefined;
  // What is no client's may log what it likes.
  if (process.startsWith(":")) return KINDS.has(type) ? { process: process.slice(1), type, f: "nemesis" } : undefined;
  if (!KINDS.has(type)) {
    throw new HistoryFormatError(
      line,
      `:${excerpt(type)} is no type of operation; expected :invoke, :ok, :fail or :info`,
    );
  }
  const [, f, answer = ""] = FUNCTION.exec(rest) ?? [];
  if (f === undefined) {
    throw new HistoryFormatError(line, `:${type} is followed by no function, such as :read; found '${excerpt(rest)}'`);
  }
  // What follows the value is an error in words, which need not be EDN.
  const { value, rest: error } = parseLeadingEdn(answer, line);
  return { process: Number(process), type, f, value, error: error.trim() === "" ? undefined : error.trim() };
}

/** Whether a line looks like one that Jepsen logs of an operation. */
export function isLogLine(text: string): boolean {
  const [, , type = ""] = LINE.exec(text.trimEnd()) ?? [];
  return KINDS.has(type);
}
