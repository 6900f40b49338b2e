import { MOMENT_UNITS } from "../report/moment-units.ts";
import { UsageError } from "./usage-error.ts";

/** A moment of a run from an option, in nanoseconds: "1.5ms", "2s". @throws UsageError */
export function parseMoment(option: string, text: string): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)\s*([a-zµ]+)$/.exec(text) ?? [];
  const scale = MOMENT_UNITS.get(unit ?? "");
  if (amount === undefined || scale === undefined) {
    throw new UsageError(`--${option}: '${text}' is not a moment`, "write it as 1.5ms, 250us or 2s");
  }
  return Math.round(Number(amount) * scale);
}
