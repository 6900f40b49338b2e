import { MICROSECOND, MILLISECOND, SECOND } from "../host/time.ts";
import { UsageError } from "./usage-error.ts";

const UNITS: ReadonlyMap<string, number> = new Map([
  ["ns", 1],
  ["us", MICROSECOND],
  ["µs", MICROSECOND],
  ["ms", MILLISECOND],
  ["s", SECOND],
]);

/** A moment of a run from an option, in nanoseconds: "1.5ms", "2s". @throws UsageError */
export function parseMoment(option: string, text: string): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)\s*([a-zµ]+)$/.exec(text) ?? [];
  const scale = UNITS.get(unit ?? "");
  if (amount === undefined || scale === undefined) {
    throw new UsageError(`--${option}: '${text}' is not a moment`, "write it as 1.5ms, 250us or 2s");
  }
  return Math.round(Number(amount) * scale);
}
