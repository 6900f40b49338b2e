/** What times in a recorded trace count. */
export type TimeUnit = "ns" | "us" | "ms" | "s";

/** Digits behind the point of a unit that are whole nanoseconds. */
const DIGITS: Readonly<Record<TimeUnit, number>> = { ns: 0, us: 3, ms: 6, s: 9 };

const DECIMAL = /^(-?)(\d{1,40})(?:\.(\d{1,40}))?(?:[eE]([+-]?\d{1,2}))?$/;

/**
 * Nanoseconds in a decimal number of some unit, exactly, as clocks count more of them than a double can; what is below a
 * nanosecond is cut off.
 *
 * @returns undefined when it is no decimal number
 */
export function nanoseconds(text: string, unit: TimeUnit): bigint | undefined {
  const parts = DECIMAL.exec(text);
  if (parts === null) return undefined;
  const [, sign, whole = "", fraction = "", exponent = "0"] = parts;
  const digits = whole + fraction;
  const point = whole.length + Number(exponent) + DIGITS[unit];
  const shifted = point > digits.length ? digits.padEnd(point, "0") : digits.slice(0, Math.max(0, point));
  const value = BigInt(shifted === "" ? "0" : shifted);
  return sign === "-" ? -value : value;
}
