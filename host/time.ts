/**
 * Time as nodes and machines count it.
 *
 * A {@link Duration} and a monotonic instant are whole nanoseconds in a `number`: exact up to 2^53 ns, which is 104 days.
 * Wall-clock time is whole microseconds since the Unix epoch, exact until the year 2255.
 */

/** A length of time: a non-negative whole number of nanoseconds. */
export type Duration = number;

/** A point on a host's monotonic clock: whole nanoseconds since that host started. */
export type MonotonicTime = number;

/** A point on a host's wall clock: whole microseconds since the Unix epoch. */
export type WallTime = number;

export const MICROSECOND: Duration = 1_000;
export const MILLISECOND: Duration = 1_000_000;
export const SECOND: Duration = 1_000_000_000;
export const MINUTE: Duration = 60 * SECOND;
