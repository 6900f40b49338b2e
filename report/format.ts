import { MICROSECOND, MILLISECOND, SECOND, type Duration } from "../host/time.ts";

/** A length of time as a person reads it: "640 ns", "12.5 µs", "0.608 ms", "1.204 s". */
export function formatDuration(duration: Duration): string {
  if (duration < MICROSECOND) return `${duration} ns`;
  if (duration < 100 * MICROSECOND) return `${(duration / MICROSECOND).toFixed(1)} µs`;
  if (duration < SECOND) return `${(duration / MILLISECOND).toFixed(3)} ms`;
  return `${(duration / SECOND).toFixed(3)} s`;
}

/** A moment of a run, always in milliseconds, so that a column of them lines up: "1204.388 ms". */
export function formatMoment(time: Duration): string {
  return `${(time / MILLISECOND).toFixed(3)} ms`;
}

/** A whole number with thousands set apart by thin commas: "12,345". */
export function formatCount(count: number): string {
  return String(count).replaceAll(/\B(?=(\d{3})+$)/g, ",");
}
