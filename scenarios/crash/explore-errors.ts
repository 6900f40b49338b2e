import { defaultEngineParts, type EngineParts } from "../../engine/index.ts";
import type { Drain } from "../../host/drain.ts";
import type { RandomStream } from "../../host/random.ts";
import { applyCrash } from "../../sim/fs/crash.ts";
import { crashChoices } from "../../sim/fs/crash-choice.ts";
import { copyVolume } from "../../sim/fs/copy-volume.ts";
import type { VolumeMemory } from "../../sim/fs/volume.ts";
import { NamedStream } from "../../sim/random.ts";
import { CrashStates, VariantCache } from "./crash-states.ts";
import { callFault, strikesOf, type FaultName, type StruckCall } from "./call-faults.ts";
import type { CrashFailure, ExploredModel, PlaceOfDeath } from "./explore.ts";
import { judgeAfterFault, judgeStruckRun } from "./judge-fault.ts";
import { recordWorkload, type CrashPoint, type Recording } from "./record-workload.ts";
import { RecoveryCheck } from "./recovery.ts";
import { RecoveryLine, type Life } from "./recovery-line.ts";
import { sharedMemory } from "./still-disk.ts";
import type { CrashWorkload } from "./workload.ts";

export interface ErrorOptions {
  readonly drain: Drain;
  readonly parts?: EngineParts;
  readonly model?: ExploredModel;
  readonly seed: number;
  /** Of the calls that each fault may strike, one in so many is struck. */
  readonly every: number;
  /** States tried for each moment after a fault, of those that a loss of power then may leave. */
  readonly bound: number;
  /** Whether an error that nobody is told of counts as a failure, harmless or not. Default true. */
  readonly mustTell?: boolean;
  readonly mostFailures?: number;
  /** Called after each fault; true ends the exploration early. */
  readonly onProgress?: (report: ErrorReport) => boolean;
}

/** What came of one kind of fault. */
export interface FaultCounts {
  /** Calls that it struck. */
  struck: number;
  /** Recoveries after it that had all that was promised. */
  kept: number;
  /** Recoveries that said what is missing or damaged; only of faults that nobody can be told of in time. */
  noticed: number;
  /** Recoveries without what the disk was wrongly believed to have, and with all else. */
  excused: number;
}

export interface ErrorReport {
  /** Faults that struck. */
  errors: number;
  /** Recoveries after them. */
  recoveries: number;
  readonly byFault: Map<FaultName, FaultCounts>;
  readonly failures: CrashFailure[];
}

/** Moments at which the end comes after a fault that shows only later: right behind it, at the end, and between. */
const MOMENTS_AFTER = 3;

/**
 * Strikes each call of a workload in turn, in every way in which it may be struck. What is read from then on is right or
 * fails with an error of its own; and after a death of the process, or a loss of power, the engine does what it can be
 * held to: see {@link Claim}.
 */
export class ErrorExplorer {
  private readonly workload: CrashWorkload;
  private readonly options: ErrorOptions;
  private readonly parts: EngineParts;
  private readonly model: ExploredModel;
  private readonly memory: VolumeMemory = sharedMemory();
  private readonly line: RecoveryLine;
  private readonly check: RecoveryCheck;
  private readonly report: ErrorReport = { errors: 0, recoveries: 0, byFault: new Map(), failures: [] };

  constructor(workload: CrashWorkload, options: ErrorOptions) {
    this.workload = workload;
    this.options = options;
    this.parts = options.parts ?? defaultEngineParts;
    this.model = options.model ?? "strict";
    this.line = new RecoveryLine(options.drain, this.model, this.memory);
    this.check = new RecoveryCheck(this.line, workload, this.parts);
  }

  async explore(): Promise<ErrorReport> {
    const { report, options } = this;
    const { calls } = await this.run(undefined);
    for (const struck of this.chosen(calls.flatMap(strikesOf))) {
      await this.strike(struck);
      if (report.failures.length >= (options.mostFailures ?? 1)) break;
      if (options.onProgress?.(report) === true) break;
    }
    return report;
  }

  /** Tries one fault; one that makes no difference to the call is not counted. */
  async strike(struck: StruckCall): Promise<ErrorReport> {
    const { report, options } = this;
    const { claim } = callFault(struck.fault);
    const recording = await this.run(struck);
    if (!recording.struck) return report;
    report.errors++;
    this.countsOf(struck).struck++;
    for (const problem of judgeStruckRun(claim, recording, options.mustTell !== false)) this.fail(struck, [], problem);
    // A stream of its own: struck alone, the call leads to the same cases.
    const random = this.streamOf(`${struck.call}:${struck.fault}`);
    const points = keptPoints(struck, recording.points, random);
    for (const point of points) await this.line.run(this.livesAfter(point, recording, struck, random));
    return report;
  }

  /** Of each kind of fault, one in so many of the calls that it can strike. */
  private *chosen(strikes: readonly StruckCall[]): Generator<StruckCall> {
    const { every } = this.options;
    const random = this.streamOf("chosen");
    const seen = new Map<FaultName, number>();
    for (const struck of strikes) {
      const count = seen.get(struck.fault) ?? random.below(every);
      seen.set(struck.fault, count + 1);
      if (count % every === 0) yield struck;
    }
  }

  private run(struck: StruckCall | undefined): Promise<Recording> {
    const { workload, model, parts, memory } = this;
    const { drain, seed } = this.options;
    const common = { drain, seed, model, parts, memory };
    if (struck === undefined) return recordWorkload(workload, { ...common, points: false });
    const { fault } = callFault(struck.fault);
    const strike = { call: struck.call, fault };
    return recordWorkload(workload, { ...common, points: showsLater(struck), strike });
  }

  private *livesAfter(
    point: CrashPoint,
    { ledger, promisedBefore: before }: Recording,
    struck: StruckCall,
    random: RandomStream,
  ): Generator<Life> {
    const { call, text, promised, volume } = point;
    const { claim } = callFault(struck.fault);
    const tried = (outcome: readonly number[] | undefined): Life => {
      const copy = copyVolume(volume, this.line.kernel);
      const powerLost = outcome !== undefined;
      if (powerLost) applyCrash(copy, crashChoices(copy), outcome);
      return this.check.life(copy, (recovered) => {
        this.report.recoveries++;
        const verdict = judgeAfterFault(claim, recovered, ledger, { promised, before, powerLost });
        if (verdict.kind === "wrong") this.fail(struck, [{ call, text, outcome }], verdict.problem);
        else this.countsOf(struck)[verdict.kind]++;
      });
    };
    yield tried(undefined);
    const states = new CrashStates(volume, new VariantCache(random), random);
    for (const { outcome } of states.states(this.options.bound, random)) yield tried(outcome);
  }

  private countsOf({ fault }: StruckCall): FaultCounts {
    let counts = this.report.byFault.get(fault);
    if (counts === undefined) {
      counts = { struck: 0, kept: 0, noticed: 0, excused: 0 };
      this.report.byFault.set(fault, counts);
    }
    return counts;
  }

  private streamOf(purpose: string): RandomStream {
    return new NamedStream(`${this.workload.name}/${this.options.seed}/errors/${purpose}`);
  }

  private fail(fault: StruckCall, deaths: readonly PlaceOfDeath[], problem: string): void {
    const { workload, model, options } = this;
    this.report.failures.push({ workload: workload.name, seed: options.seed, model, deaths, fault, problem });
  }
}

/** Whether the engine goes on after a fault as if nothing had been, so that it matters when the end comes. */
function showsLater({ fault }: StruckCall): boolean {
  const { claim } = callFault(fault);
  return claim === "betrayed" || claim === "damaged";
}

/** The moments at which to let the end come. */
function keptPoints(struck: StruckCall, points: readonly CrashPoint[], random: RandomStream): CrashPoint[] {
  const later = points.filter(({ call }) => call >= struck.call);
  const chosen = new Set([later[0], points.at(-1)].filter((point) => point !== undefined));
  while (showsLater(struck) && chosen.size < Math.min(MOMENTS_AFTER, later.length)) chosen.add(random.pick(later));
  return [...chosen].sort((a, b) => a.call - b.call);
}
