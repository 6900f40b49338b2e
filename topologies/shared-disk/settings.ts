import { MILLISECOND, SECOND } from "../../host/time.ts";

/**
 * What of the modes can be set in numbers, with its default; durations are in nanoseconds. A lease and a bound are measured on
 * the clock of each host: see {@link DRIFT_MARGIN}.
 */
export const DEFAULT_SETTINGS = {
  /** With deferred deletion: how long an obsolete file stays. */
  deletionDelay: 5 * SECOND,
  /** With leases: how long the primary keeps what a replica has leased, after it last heard from it. */
  lease: 3 * SECOND,
  /** With periodic pull: between two loads of the manifest. */
  pullPeriod: 100 * MILLISECOND,
  /** With notices: between two of them at least. */
  noticeGap: 5 * MILLISECOND,
  /** With bounded staleness: how old what a replica serves may be. The modes' promise is for the default. */
  stalenessBound: SECOND,
  /** With exclusive opening: how long after its start a replica opens the database, unless it is asked for something before. */
  openDelay: 0,
  /** With retry: how often a read is tried. */
  readAttempts: 6,
  /** With epochs or a reservation: between two looks of an idle primary whether it is one still. */
  fencePeriod: 500 * MILLISECOND,
};

export type SharedDiskSettings = Readonly<Record<keyof typeof DEFAULT_SETTINGS, number>>;

/**
 * Of a duration that is measured on one host for the sake of another, the part that may be relied on: no host's clock is
 * believed to run more than a tenth too fast or too slow, so that two may differ by 1.1 / 0.9.
 */
export const DRIFT_MARGIN = 3 / 4;

/** What remains of a duration once clocks may have drifted. */
export function withMargin(duration: number): number {
  return Math.floor(duration * DRIFT_MARGIN);
}
