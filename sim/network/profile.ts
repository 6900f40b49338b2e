import { MICROSECOND, MILLISECOND, type Duration } from "../../host/time.ts";

/** What one direction of a network path is like. */
export interface LinkProfile {
  /** The least one-way delay, in nanoseconds. */
  readonly latency: Duration;
  /** The mean of what is added to it, in nanoseconds; most draws are below it, few are many times as long. */
  readonly jitter: Duration;
  /** Bytes per second. What exceeds it queues, and arrives later. */
  readonly bandwidth: number;
  /** Bytes that may queue for the link before datagrams are dropped. Connections slow down instead, as TCP does. */
  readonly queue: number;
  /** Of a million packets, how many are lost. */
  readonly loss: number;
  /** Of a million packets, how many arrive twice. */
  readonly duplication: number;
  /** Of a million packets, how many are overtaken by later ones. With 0, a link keeps the order of what it carries. */
  readonly reordering: number;
}

export type NetworkProfileName = "rack" | "region" | "cross-region";

/**
 * Networks as data-centre operators publish them: within a rack (10 Gbit/s), between the zones of a region (5 Gbit/s), and
 * between regions of one continent (1 Gbit/s). None loses anything by itself: loss is a fault, and faults are planned.
 */
export const networkProfiles: Readonly<Record<NetworkProfileName, LinkProfile>> = Object.freeze({
  rack: profile(50 * MICROSECOND, 10 * MICROSECOND, 1_250_000_000),
  region: profile(500 * MICROSECOND, 100 * MICROSECOND, 625_000_000),
  "cross-region": profile(35 * MILLISECOND, 2 * MILLISECOND, 125_000_000),
});

/** A host's path to itself: never faulty. */
export const loopbackProfile: LinkProfile = profile(10 * MICROSECOND, 1 * MICROSECOND, 10_000_000_000);

function profile(latency: Duration, jitter: Duration, bandwidth: number): LinkProfile {
  return Object.freeze({
    latency,
    jitter,
    bandwidth,
    queue: 4 * 1024 * 1024,
    loss: 0,
    duplication: 0,
    reordering: 0,
  });
}

/** @throws RangeError naming the field that is out of range */
export function checkProfile(profile: LinkProfile): LinkProfile {
  const require = (ok: boolean, field: keyof LinkProfile, what: string): void => {
    if (!ok) throw new RangeError(`a link's ${field} must be ${what}, got ${profile[field]}`);
  };
  for (const field of ["latency", "jitter", "queue"] as const) {
    require(Number.isSafeInteger(profile[field]) && profile[field] >= 0, field, "whole and not negative");
  }
  require(Number.isSafeInteger(profile.bandwidth) && profile.bandwidth > 0, "bandwidth", "whole and positive");
  for (const field of ["loss", "duplication", "reordering"] as const) {
    const whole = Number.isSafeInteger(profile[field]);
    require(whole && profile[field] >= 0 && profile[field] <= 1_000_000, field, "whole parts per million");
  }
  return profile;
}
