import type { RunMetrics } from "../scenarios/metrics/measure-run.ts";
import type { Plan } from "../scenarios/plan.ts";
import type { FindingKind } from "../scenarios/scenario.ts";
import type { RunFailure, Verdict } from "../scenarios/run-plan.ts";
import type { FromThread } from "./watched-thread.ts";
import type { FaultActivation } from "../scenarios/tally.ts";

/** One seed to run. */
export interface SeedJob {
  /** Name of a scenario of this build, or the absolute path of a user's own. */
  readonly scenario: string;
  readonly topology: string;
  readonly seed: number;
  /** Run this rather than what the seed draws. */
  readonly plan?: Plan;
  /** Stop before the event after so many, to name the place where a former run hung. */
  readonly maxEvents?: number;
  /** Run it twice more, and say where the two runs part. */
  readonly compare?: boolean;
}

/** What became of a seed: the part of a run's report that crosses threads. */
export interface SeedResult {
  readonly seed: number;
  readonly verdict: Verdict;
  /** What was found, each kind once. */
  readonly findings: readonly { readonly kind: FindingKind; readonly claim: string | undefined }[];
  readonly faults: readonly FaultActivation[];
  readonly metrics: RunMetrics;
  readonly failure: RunFailure | undefined;
  readonly fingerprint: string;
  readonly nodeDigest: string;
  readonly events: number;
  /** True time at the end of the run, in nanoseconds. */
  readonly time: number;
  /** What it took of the thread's time. */
  readonly seconds: number;
  /** Whether the watchdog has run it a second time already, with this outcome again. */
  readonly repeated?: boolean;
  /** Where two more runs parted, when that was asked for. */
  readonly divergence?: string;
}

/** Places in the memory that a worker shares with its watchdog. */
export const Heartbeat = {
  /** Events carried out of the seed under way; the low 32 bits. */
  EVENTS: 0,
  /** Whether a run is under way (1), its plan being drawn included, rather than its history being judged (0). */
  RUNNING: 1,
  LENGTH: 2,
} as const;

export interface ToWorker {
  readonly job: SeedJob;
}

/** The program is loaded: a thread that ends before could not start. */
export interface WorkerNote {
  readonly type: "ready";
}

export type FromWorker = FromThread<SeedResult, WorkerNote>;
