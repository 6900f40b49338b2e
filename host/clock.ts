import type { Duration, MonotonicTime, WallTime } from "./time.ts";

/** A pending call-back. */
export interface Timer {
  /** Prevents the call-back if it has not run yet; a second call does nothing. */
  cancel(): void;
}

/** The clocks of one host. No two hosts' clocks agree, and neither agrees with true time. */
export interface Clock {
  /**
   * Nanoseconds since this host started. Never steps and never runs backwards, but may run fast or slow against true
   * time: use it for timers, time-outs and leases.
   */
  monotonic(): MonotonicTime;

  /**
   * Microseconds since the Unix epoch, as this host believes. May be wrong, and may step in either direction: use it for
   * what a person reads, never to order events.
   */
  wall(): WallTime;

  /** Resolves once `duration` nanoseconds have passed on this host's monotonic clock; never earlier. */
  sleep(duration: Duration): Promise<void>;

  /** Runs `callback` once `duration` nanoseconds have passed on this host's monotonic clock, unless cancelled. */
  timer(duration: Duration, callback: () => void): Timer;
}
