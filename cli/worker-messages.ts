import type { FindingKind } from "../scenarios/scenario.ts";
import type { RunFailure, Verdict } from "../scenarios/run-plan.ts";

/** One seed to run. */
export interface SeedJob {
  readonly scenario: string;
  readonly topology: string;
  readonly seed: number;
  /** Stop before the event after so many, to name the place where a former run hung. */
  readonly maxEvents?: number;
}

/** What became of a seed: the part of a run's report that crosses threads. */
export interface SeedResult {
  readonly seed: number;
  readonly verdict: Verdict;
  /** What was found, each kind once. */
  readonly findings: readonly { readonly kind: FindingKind; readonly claim: string | undefined }[];
  readonly failure: RunFailure | undefined;
  readonly fingerprint: string;
  readonly nodeDigest: string;
  readonly events: number;
  /** True time at the end of the run, in nanoseconds. */
  readonly time: number;
}

/** Places in the memory that a worker shares with its watchdog. */
export const Heartbeat = {
  /** Events carried out of the seed under way; the low 32 bits. */
  EVENTS: 0,
  /** Whether a run is under way (1), rather than its plan being drawn or its history judged (0). */
  RUNNING: 1,
  LENGTH: 2,
} as const;

export interface ToWorker {
  readonly type: "run";
  readonly job: SeedJob;
}

export type FromWorker =
  | { readonly type: "result"; readonly result: SeedResult }
  | { readonly type: "error"; readonly seed: number; readonly message: string };
