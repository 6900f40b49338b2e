import { MICROSECOND, MILLISECOND, SECOND } from "../host/time.ts";

/** Nanoseconds of each unit in which people write moments of a run. */
export const MOMENT_UNITS: ReadonlyMap<string, number> = new Map([
  ["ns", 1],
  ["us", MICROSECOND],
  ["µs", MICROSECOND],
  ["ms", MILLISECOND],
  ["s", SECOND],
]);
