import { UsageError } from "./usage-error.ts";

const UNITS: ReadonlyMap<string, number> = new Map([
  ["s", 1],
  ["m", 60],
  ["h", 3600],
]);

/** A length of time of the machine's clock from an option, in seconds: "90s", "10m", "1.5h". @throws UsageError */
export function parseDuration(option: string, text: string): number {
  const [, amount, unit] = /^(\d{1,9}(?:\.\d{1,9})?)\s*([smh])$/.exec(text) ?? [];
  const seconds = Number(amount) * (UNITS.get(unit ?? "") ?? NaN);
  if (!(seconds > 0)) throw new UsageError(`--${option}: '${text}' is no length of time`, "write it as 90s, 10m or 2h");
  return seconds;
}
