import type { Message } from "../../checkers/message.ts";
import { formatCount, formatDuration } from "../format.ts";
import { chinese } from "./chinese.ts";
import { english, isMessageId, type MessageId } from "./english.ts";

export type Language = "en" | "zh-CN";

const catalogues: ReadonlyMap<Language, Readonly<Record<MessageId, string>>> = new Map([
  ["en", english],
  ["zh-CN", chinese],
]);

export const languages: readonly Language[] = [...catalogues.keys()];

/** How parameters are printed, by what may follow their name in a template, after a colon. */
export type Formats = ReadonlyMap<string, (value: string | number) => string>;

/**
 * The sentence in a language. An id without a template is printed as it is, with its parameters, so that nothing is lost.
 *
 * @param others formats that take the place of the usual ones
 */
export function render(message: Message, language: Language = "en", others?: Formats): string {
  const { id, params } = message;
  const template = isMessageId(id) ? catalogues.get(language)?.[id] : undefined;
  if (template === undefined) {
    const fields = Object.entries(params).map(([name, value]) => `${name}=${value}`);
    return [id, ...fields].join(" ");
  }
  return template.replaceAll(/\{(\w+)(?::(\w+))?\}/g, (_all, name: string, format: string | undefined) => {
    const value = params[name];
    if (value === undefined) return `{${name}}`;
    if (format === undefined) return String(value);
    if (format === "fault") return faultName(String(value), language);
    // As checkers/describe-value.ts has it, which speaks English.
    if (format === "value" && value === "nothing") return render({ id: "value-nothing", params: {} }, language);
    return (others?.get(format) ?? formats.get(format))?.(value) ?? String(value);
  });
}

/** What a kind of fault is called; its own name where no catalogue has one. */
export function faultName(fault: string, language: Language): string {
  const id = `fault-${fault}`;
  return isMessageId(id) ? render({ id, params: {} }, language) : fault;
}

const formats: Formats = new Map([
  ["duration", (value) => formatDuration(Number(value))],
  ["count", (value) => formatCount(Number(value))],
  // Of paths, the last part; of several, each one's.
  [
    "name",
    (value) =>
      String(value)
        .split(", ")
        .map((path) => path.slice(path.lastIndexOf("/") + 1))
        .join(", "),
  ],
  // Names with spaces between them; there may be none.
  ["list", (value) => (value === "" ? "–" : String(value).replaceAll(" ", ", "))],
  ["table", (value) => `${fileNumber(value)}.sst`],
  ["wal", (value) => `${fileNumber(value)}.log`],
]);

function fileNumber(value: string | number): string {
  return String(value).padStart(6, "0");
}
