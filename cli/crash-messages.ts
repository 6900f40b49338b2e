import type { FaultName } from "../scenarios/crash/call-faults.ts";
import type { FaultCounts } from "../scenarios/crash/explore-errors.ts";
import type { CrashFailure, ExploredModel } from "../scenarios/crash/explore.ts";
import type { DesignCatch } from "../scenarios/bugs/hunt-design.ts";
import type { FromThread } from "./watched-thread.ts";

/** What a worker of a crash exploration can be given: one workload to explore in one way, or a bug to hunt. */
export type CrashJob = {
  readonly workload: string;
  readonly seed: number;
  /** Plant this bug in the engine first. */
  readonly bug?: string;
} &
  /** Explores, with the bug planted, until it shows. */
  (
    | { readonly kind: "hunt" }
    | {
        readonly kind: "states";
        readonly model: ExploredModel;
        readonly bound: number;
        readonly nestedEvery: number;
        readonly nestedBound: number;
        readonly call?: number;
      }
    | { readonly kind: "errors"; readonly model: ExploredModel; readonly every: number; readonly bound: number }
    | { readonly kind: "rot"; readonly moments: number; readonly bits: number }
  );

/** What became of a job, in numbers; those that do not belong to its kind are 0. */
export interface CrashJobResult {
  readonly job: CrashJob;
  readonly calls: number;
  readonly points: number;
  readonly nestedPoints: number;
  /** States of the disk that were looked at. */
  readonly states: number;
  /** Hashes of the distinct ones. */
  readonly hashes: Float64Array;
  readonly errors: number;
  readonly recoveries: number;
  readonly byFault: ReadonlyMap<FaultName, FaultCounts>;
  readonly bits: number;
  readonly noticed: number;
  readonly right: number;
  readonly failures: readonly CrashFailure[];
  /** Of a bug in a design: the run that shows it. */
  readonly shown?: DesignCatch | undefined;
}

export interface ToCrashWorker {
  readonly job: CrashJob;
}

/** Sent now and then while a job is under way. */
export interface CrashNote {
  readonly type: "progress";
  readonly tried: number;
}

export type FromCrashWorker = FromThread<CrashJobResult, CrashNote>;
