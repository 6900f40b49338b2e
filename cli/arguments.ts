import { parseArgs, type ParseArgsConfig } from "node:util";
import { UsageError } from "./usage-error.ts";

type Options = NonNullable<ParseArgsConfig["options"]>;

/** Parses a command's words. @throws UsageError for an unknown option, a missing value, or a word too many */
export function parseArguments(
  command: string,
  words: readonly string[],
  options: Options,
  positionals: number,
): { values: Readonly<Record<string, string | boolean | undefined>>; words: string[] } {
  let parsed;
  try {
    parsed = parseArgs({ args: [...words], options, allowPositionals: true, strict: true });
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split(/\.\s/)[0] ?? "") : String(error);
    const valid = Object.keys(options).map((name) => `--${name}`);
    throw new UsageError(`faultline ${command}: ${reason}`, `valid options: ${valid.join(", ")}`);
  }
  const extra = parsed.positionals[positionals];
  if (extra !== undefined) throw new UsageError(`faultline ${command}: unexpected word '${extra}'`);
  return { values: parsed.values as Record<string, string | boolean | undefined>, words: parsed.positionals };
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
