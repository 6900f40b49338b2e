import { parseArgs, type ParseArgsConfig } from "node:util";
import { UsageError } from "./usage-error.ts";

type Options = NonNullable<ParseArgsConfig["options"]>;

interface ParsedArguments {
  readonly values: Readonly<Record<string, string | boolean | undefined>>;
  /** Of the options that may be given several times, all values in order. */
  readonly lists: Readonly<Record<string, readonly string[]>>;
  readonly words: string[];
}

/**
 * Parses a command's words.
 *
 * @throws UsageError for an unknown option, a missing value, a word too many, or a second value where one is meant
 */
export function parseArguments(
  command: string,
  words: readonly string[],
  options: Options,
  positionals: number,
): ParsedArguments {
  let parsed;
  try {
    parsed = parseArgs({ args: [...words], options, allowPositionals: true, strict: true, tokens: true });
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split(/\.\s/)[0] ?? "") : String(error);
    const valid = Object.keys(options).map((name) => `--${name}`);
    throw new UsageError(`faultline ${command}: ${reason}`, `valid options: ${valid.join(", ")}`);
  }
  const extra = parsed.positionals[positionals];
  if (extra !== undefined) throw new UsageError(`faultline ${command}: unexpected word '${extra}'`);
  const values: Record<string, string | boolean | undefined> = {};
  const lists: Record<string, readonly string[]> = {};
  for (const [name, value] of Object.entries(parsed.values)) {
    if (Array.isArray(value)) lists[name] = value.map(String);
    else values[name] = value;
  }
  refuseRepeated(command, parsed.tokens, options);
  return { values, lists, words: parsed.positionals };
}

/** Of two values for one setting neither is certain to be the one meant. */
function refuseRepeated(
  command: string,
  tokens: readonly { readonly kind: string; readonly name?: string; readonly value?: string | boolean | undefined }[],
  options: Options,
): void {
  const given = new Map<string, string[]>();
  for (const { kind, name, value } of tokens) {
    if (kind !== "option" || name === undefined || typeof value !== "string" || options[name]?.multiple === true)
      continue;
    given.set(name, [...(given.get(name) ?? []), value]);
  }
  for (const [name, values] of given) {
    if (values.length < 2) continue;
    const times = values.length === 2 ? "twice" : `${values.length} times`;
    throw new UsageError(
      `faultline ${command}: --${name} is given ${times} (${values.join(", ")})`,
      `give --${name} once`,
    );
  }
}

/** A whole number from an option. @throws UsageError when it is not one, or outside [min, max] */
export function wholeNumber(option: string, text: string, min: number, max: number = Number.MAX_SAFE_INTEGER): number {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : NaN;
  if (!Number.isSafeInteger(value) || value < min || value > max) {
    const range = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
    throw new UsageError(`--${option}: '${text}' is not a whole number ${range}`);
  }
  return value;
}

/** One of the known names, or a usage error that lists them and the nearest. */
export function oneOf<T>(what: string, name: string, known: ReadonlyMap<string, T>): T {
  const found = known.get(name);
  if (found !== undefined) return found;
  const names = [...known.keys()];
  const near = names.filter((candidate) => editDistance(candidate, name) <= Math.max(2, name.length / 3));
  const meant = near.length === 0 ? [] : [`did you mean ${near.map((candidate) => `'${candidate}'`).join(" or ")}?`];
  throw new UsageError(`unknown ${what} '${name}'`, ...meant, `valid: ${names.join(", ")}`);
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, change));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
