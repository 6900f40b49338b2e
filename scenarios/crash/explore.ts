import { defaultEngineParts, type EngineParts } from "../../engine/index.ts";
import type { Drain } from "../../host/drain.ts";
import type { RandomStream } from "../../host/random.ts";
import { describeError } from "../../sim/failure.ts";
import { applyCrash } from "../../sim/fs/crash.ts";
import { crashChoices } from "../../sim/fs/crash-choice.ts";
import { copyVolume } from "../../sim/fs/copy-volume.ts";
import type { CrashModel, Volume, VolumeMemory } from "../../sim/fs/volume.ts";
import { NamedStream } from "../../sim/random.ts";
import type { Rot } from "./bit-rot.ts";
import type { StruckCall } from "./call-faults.ts";
import { CrashStates, VariantCache, type CrashState } from "./crash-states.ts";
import { Ledger, type Promised } from "./ledger.ts";
import { recordWorkload, type CrashPoint } from "./record-workload.ts";
import { judge, RecoveryCheck, type Recovered } from "./recovery.ts";
import { RecoveryLine, type Life } from "./recovery-line.ts";
import { sharedMemory } from "./still-disk.ts";
import type { CrashWorkload } from "./workload.ts";

/** The models that leave a crash something to decide. */
export type ExploredModel = Exclude<CrashModel, "none">;

export interface ExploreOptions {
  readonly drain: Drain;
  readonly parts?: EngineParts;
  /** Default "strict". */
  readonly model?: ExploredModel;
  /** Draws the order in which the workload's tasks overtake each other, and what is sampled. */
  readonly seed: number;
  /** States of one moment up to which all are tried; of more, so many. */
  readonly bound: number;
  /** Of the states, one in so many is recovered once more with a crash at every call of the recovery; 0 for none. */
  readonly nestedEvery: number;
  /** States tried for each call of such a recovery. */
  readonly nestedBound: number;
  /** Tries the states after this call alone. */
  readonly onlyCall?: number;
  /** Failures after which it is enough. Default 1. */
  readonly mostFailures?: number;
  /** Called as it goes on; true ends the exploration early. */
  readonly onProgress?: (progress: ExploreProgress) => boolean;
}

/** Counts of an exploration, so far. */
export interface ExploreProgress {
  /** Calls on the disk that the workload made. */
  calls: number;
  /** Moments at which the power was cut or the process killed, those inside recoveries included. */
  points: number;
  /** States of the disk that were looked at, as often as they came. */
  states: number;
  /** States that differ. */
  distinct: number;
  /** Of {@link points}, those inside recoveries. */
  nestedPoints: number;
}

/** Where in a workload, or in a recovery, the end came. */
export interface PlaceOfDeath {
  /** After so many calls had taken effect. */
  readonly call: number;
  /** The last of them. */
  readonly text: string;
  /** What survived of the un-synced; undefined for a death of the process alone, which leaves all of it. */
  readonly outcome: readonly number[] | undefined;
}

/** A state that the engine did not recover from as it promised. */
export interface CrashFailure {
  readonly workload: string;
  readonly seed: number;
  readonly model: ExploredModel;
  /** The first death, and further ones inside the recoveries; none for what went wrong without any. */
  readonly deaths: readonly PlaceOfDeath[];
  /** An error that the disk gave to a call of the workload. */
  readonly fault?: StruckCall;
  /** A bit that rotted after the first death. */
  readonly rot?: Rot;
  readonly problem: string;
}

export interface ExploreReport extends ExploreProgress {
  readonly failures: readonly CrashFailure[];
  /** Hashes of the distinct states. */
  readonly hashes: ReadonlySet<number>;
  readonly interrupted: boolean;
}

/**
 * Runs a workload once, and then, for every call on its disk, every state that a crash there may leave: recovers from it
 * and compares with what had been promised. Some of the recoveries are crashed in turn.
 */
export class Explorer {
  private readonly workload: CrashWorkload;
  private readonly options: ExploreOptions;
  private readonly parts: EngineParts;
  private readonly model: ExploredModel;
  private readonly memory: VolumeMemory = sharedMemory();
  private readonly line: RecoveryLine;
  private readonly check: RecoveryCheck;
  private readonly random: RandomStream;
  private readonly recovered = new Map<number, Recovered>();
  private readonly hashes = new Set<number>();
  private readonly failures: CrashFailure[] = [];
  private readonly progress: ExploreProgress = { calls: 0, points: 0, states: 0, distinct: 0, nestedPoints: 0 };
  private interrupted = false;
  private ledger = new Ledger();

  constructor(workload: CrashWorkload, options: ExploreOptions) {
    this.workload = workload;
    this.options = options;
    this.parts = options.parts ?? defaultEngineParts;
    this.model = options.model ?? "strict";
    this.random = new NamedStream(`${workload.name}/${options.seed}/states`);
    this.line = new RecoveryLine(options.drain, this.model, this.memory);
    this.check = new RecoveryCheck(this.line, workload, this.parts);
  }

  async explore(): Promise<ExploreReport> {
    const { workload, model, parts, memory } = this;
    const { drain, seed } = this.options;
    const recording = await recordWorkload(workload, { drain, seed, model, parts, memory });
    this.ledger = recording.ledger;
    this.progress.calls = recording.calls.length;
    for (const problem of recording.problems) this.fail([], problem);
    for (const error of recording.errors) this.fail([], `failed although nothing went wrong: ${describeError(error)}`);
    const cache = new VariantCache(this.random);
    await this.line.run(this.livesOf(recording.points, cache));
    return { ...this.progress, failures: this.failures, hashes: this.hashes, interrupted: this.interrupted };
  }

  /** Everything to be tried, one life after the other. */
  private *livesOf(points: readonly CrashPoint[], cache: VariantCache): Generator<Life> {
    for (const point of points) {
      if (this.enough()) return;
      const { call, text } = point;
      if (this.options.onlyCall !== undefined && this.options.onlyCall !== call) continue;
      this.progress.points++;
      yield* this.afterKill(point, { call, text, outcome: undefined });
      const states = new CrashStates(point.volume, cache, this.random);
      for (const state of states.states(this.options.bound, this.random)) {
        yield* this.afterPowerLoss(point, state, { call, text, outcome: state.outcome });
        if (this.enough()) return;
      }
    }
  }

  private *afterKill(point: CrashPoint, death: PlaceOfDeath): Generator<Life> {
    const { promised } = point;
    yield this.check.life(copyVolume(point.volume, this.line.kernel), (recovered) => {
      this.judge([death], recovered, promised, promised.acknowledged);
    });
    this.progress.states++;
    if (this.options.nestedEvery > 0 && this.random.below(this.options.nestedEvery) < 4) {
      yield* this.nested(point, copyVolume(point.volume, this.line.kernel), death);
    }
  }

  private *afterPowerLoss(point: CrashPoint, state: CrashState, death: PlaceOfDeath): Generator<Life> {
    const { promised } = point;
    const fresh = yield* this.settle(point.volume, state, [death], promised);
    const { nestedEvery } = this.options;
    if (fresh && nestedEvery > 0 && this.random.below(nestedEvery) === 0) {
      yield* this.nested(point, this.crashed(point.volume, state), death);
    }
  }

  /** Recovers from a state, unless an equal one has been recovered from. @returns whether it was new */
  private *settle(
    volume: Volume,
    state: CrashState,
    deaths: readonly PlaceOfDeath[],
    promised: Promised,
  ): Generator<Life, boolean> {
    const { recovered, hashes, progress } = this;
    const { hash } = state;
    progress.states++;
    const before = recovered.get(hash);
    if (before !== undefined) {
      this.judge(deaths, before, promised, promised.durable);
      return false;
    }
    if (!hashes.has(hash)) {
      hashes.add(hash);
      progress.distinct++;
    }
    yield this.check.life(this.crashed(volume, state), (found) => {
      recovered.set(hash, found);
      this.judge(deaths, found, promised, promised.durable);
    });
    return true;
  }

  /** Recovers once more from a disk, and cuts the power at each call of that recovery. */
  private *nested(point: CrashPoint, volume: Volume, first: PlaceOfDeath): Generator<Life> {
    const inner: CrashPoint[] = [];
    const { promised } = point;
    const cache = new VariantCache(this.random);
    yield this.check.life(
      volume,
      () => undefined,
      (call) => {
        if (!call.changes) return;
        const copy = copyVolume(this.line.volume, this.line.kernel);
        inner.push({ call: call.index, text: call.text, volume: copy, promised });
      },
    );
    for (const { call, text, volume: at } of inner) {
      this.progress.points++;
      this.progress.nestedPoints++;
      const states = new CrashStates(at, cache, this.random);
      for (const state of states.states(this.options.nestedBound, this.random)) {
        yield* this.settle(at, state, [first, { call, text, outcome: state.outcome }], promised);
        if (this.enough()) return;
      }
    }
  }

  private crashed(volume: Volume, { outcome }: CrashState): Volume {
    const copy = copyVolume(volume, this.line.kernel);
    applyCrash(copy, crashChoices(copy), outcome);
    return copy;
  }

  private judge(deaths: readonly PlaceOfDeath[], recovered: Recovered, promised: Promised, least: number): void {
    const problem = judge(recovered, this.ledger, promised, least);
    if (problem !== undefined) this.fail(deaths, problem);
  }

  private fail(deaths: readonly PlaceOfDeath[], problem: string): void {
    this.failures.push({ workload: this.workload.name, seed: this.options.seed, model: this.model, deaths, problem });
  }

  private enough(): boolean {
    if (this.failures.length >= (this.options.mostFailures ?? 1)) return true;
    this.interrupted ||= this.options.onProgress?.(this.progress) ?? false;
    return this.interrupted;
  }
}
