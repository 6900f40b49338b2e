import { excerpt, HistoryFormatError } from "./format-error.ts";
import { isLogLine } from "./jepsen-log.ts";

/** How a history is written down. */
export type HistoryFormat = "json-lines" | "json-array" | "edn" | "jepsen-log";

/** After so many characters without an operation, a text is taken for no log. */
const LOG_SEARCH = 1_048_576;

/**
 * Recognises a format by how the text begins.
 *
 * @param whole whether the beginning is all there is
 * @returns undefined when more must be seen
 * @throws HistoryFormatError when it is none of those known
 */
export function detectFormat(beginning: string, whole: boolean): HistoryFormat | undefined {
  const first = skipBlank(beginning, 0);
  const second = skipBlank(beginning, first + 1);
  const third = skipBlank(beginning, second + 1);
  if (third >= beginning.length && !whole) return undefined;
  const inner = beginning.charAt(second);
  switch (beginning.charAt(first)) {
    case "":
      // A file that was never written must not pass for a history in which nothing happened, which is [].
      throw new HistoryFormatError(1, "there is nothing in it");
    case "{":
      if (isJsonMap(inner)) return "json-lines";
      return inner === ":" || inner === "#" ? "edn" : detectLog(beginning, whole);
    case "[":
      if (inner === "{") return isJsonMap(beginning.charAt(third)) ? "json-array" : "edn";
      if (inner === "]" || inner === "") return "json-array";
      return inner === "#" ? "edn" : detectLog(beginning, whole);
    case "(":
      return inner === "{" || inner === "#" || inner === ")" ? "edn" : detectLog(beginning, whole);
    case "#":
      return /[a-z_]/i.test(beginning.charAt(first + 1)) ? "edn" : detectLog(beginning, whole);
    default:
      return detectLog(beginning, whole);
  }
}

function isJsonMap(afterBrace: string): boolean {
  return afterBrace === '"' || afterBrace === "}" || afterBrace === "";
}

/** The place of the next character that is no space and, as in EDN, no comma and no comment. */
function skipBlank(text: string, from: number): number {
  let at = from;
  for (; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === ";") {
      const end = text.indexOf("\n", at);
      if (end === -1) return text.length;
      at = end;
    } else if (!/[\s,\ufeff]/.test(character)) break;
  }
  return at;
}

function detectLog(beginning: string, whole: boolean): HistoryFormat | undefined {
  const lines = beginning.split("\n");
  // The last may go on.
  if (lines.slice(0, whole ? lines.length : -1).some(isLogLine)) return "jepsen-log";
  if (!whole && beginning.length < LOG_SEARCH) return undefined;
  const first = lines.findIndex((line) => line.trim() !== "");
  throw new HistoryFormatError(
    first + 1,
    `no format of histories begins like this: ${excerpt(lines[first] ?? "")}; expected JSON, EDN or a log of Jepsen's`,
  );
}
