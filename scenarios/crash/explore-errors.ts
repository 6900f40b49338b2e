import { defaultEngineParts, type EngineParts } from "../../engine/index.ts";
import type { Drain } from "../../host/drain.ts";
import type { RandomStream } from "../../host/random.ts";
import { applyCrash } from "../../sim/fs/crash.ts";
import { crashChoices } from "../../sim/fs/crash-choice.ts";
import { copyVolume } from "../../sim/fs/copy-volume.ts";
import type { FaultRule } from "../../sim/fs/disk-faults.ts";
import type { VolumeMemory } from "../../sim/fs/volume.ts";
import { NamedStream } from "../../sim/random.ts";
import { CrashStates, VariantCache } from "./crash-states.ts";
import type { CrashFailure, ExploredModel, PlaceOfDeath, StruckCall } from "./explore.ts";
import { recordWorkload, type CrashPoint, type Recording } from "./record-workload.ts";
import { judge, RecoveryCheck } from "./recovery.ts";
import type { RecordedCall } from "./recording-disk.ts";
import { RecoveryLine, type Life } from "./recovery-line.ts";
import { sharedMemory } from "./still-disk.ts";
import type { CrashWorkload } from "./workload.ts";

export interface ErrorOptions {
  readonly drain: Drain;
  readonly parts?: EngineParts;
  readonly model?: ExploredModel;
  readonly seed: number;
  /** Of the errors that calls may give, one in so many is tried. */
  readonly every: number;
  /** States tried for each error, of those that a loss of power after it may leave. */
  readonly bound: number;
  readonly mostFailures?: number;
  /** Called after each error; true ends the exploration early. */
  readonly onProgress?: (report: ErrorReport) => boolean;
}

export interface ErrorReport {
  /** Errors that were given. */
  errors: number;
  /** Recoveries after them. */
  recoveries: number;
  readonly failures: CrashFailure[];
}

/** Calls that need room on the disk. */
const NEEDS_ROOM = /^(open|pwrite|mkdir|link|rename|flock|ftruncate) /;

/** The errors that a call may give. */
export function errorsOf({ index: call, text, failed }: RecordedCall): StruckCall[] {
  const errors: StruckCall[] = [{ call, text, code: "EIO", when: "before" }];
  // What is refused anyway never takes effect.
  if (!failed) errors.push({ call, text, code: "EIO", when: "after" });
  if (NEEDS_ROOM.test(text)) errors.push({ call, text, code: "ENOSPC", when: "before" });
  return errors;
}

export function faultRule({ call, code, when }: StruckCall): FaultRule {
  return { fault: { kind: "error", code, when }, skip: call - 1, times: 1 };
}

/**
 * Lets each call of a workload fail in turn, before or after it took effect. What is read from then on is right or fails
 * with an error of its own; the error is told to somebody; and after a death of the process, or a loss of power, what
 * was acknowledged is there.
 */
export class ErrorExplorer {
  private readonly workload: CrashWorkload;
  private readonly options: ErrorOptions;
  private readonly parts: EngineParts;
  private readonly model: ExploredModel;
  private readonly memory: VolumeMemory = sharedMemory();
  private readonly random: RandomStream;
  private readonly line: RecoveryLine;
  private readonly check: RecoveryCheck;
  private readonly report: ErrorReport = { errors: 0, recoveries: 0, failures: [] };

  constructor(workload: CrashWorkload, options: ErrorOptions) {
    this.workload = workload;
    this.options = options;
    this.parts = options.parts ?? defaultEngineParts;
    this.model = options.model ?? "strict";
    this.random = new NamedStream(`${workload.name}/${options.seed}/errors`);
    this.line = new RecoveryLine(options.drain, this.model, this.memory);
    this.check = new RecoveryCheck(this.line, workload, this.parts);
  }

  async explore(): Promise<ErrorReport> {
    const { report, options } = this;
    const { calls } = await this.run(undefined);
    const errors = calls.flatMap(errorsOf);
    const offset = this.random.below(options.every);
    for (const [index, struck] of errors.entries()) {
      if (index % options.every !== offset) continue;
      await this.strike(struck);
      if (report.failures.length >= (options.mostFailures ?? 1)) break;
      if (options.onProgress?.(report) === true) break;
    }
    return report;
  }

  /** Tries one error. */
  async strike(struck: StruckCall): Promise<ErrorReport> {
    const { report } = this;
    const recording = await this.run(struck);
    report.errors++;
    for (const problem of recording.problems) this.fail(struck, [], problem);
    if (recording.struck && recording.errors.length === 0 && recording.reported.length === 0) {
      this.fail(struck, [], "the error was told to nobody: no call failed, and no event says so");
    }
    const point = recording.points.at(-1);
    if (point !== undefined) await this.line.run(this.livesAfter(point, recording, struck));
    return report;
  }

  private run(struck: StruckCall | undefined): Promise<Recording> {
    const { workload, model, parts, memory } = this;
    const { drain, seed } = this.options;
    const fault = struck === undefined ? {} : { fault: faultRule(struck) };
    return recordWorkload(workload, { drain, seed, model, parts, memory, points: false, ...fault });
  }

  private *livesAfter(point: CrashPoint, { ledger }: Recording, struck: StruckCall): Generator<Life> {
    const { call, text, promised, volume } = point;
    const tried = (outcome: readonly number[] | undefined): Life => {
      const copy = copyVolume(volume, this.line.kernel);
      if (outcome !== undefined) applyCrash(copy, crashChoices(copy), outcome);
      const least = outcome === undefined ? promised.acknowledged : promised.durable;
      return this.check.life(copy, (recovered) => {
        this.report.recoveries++;
        const problem = judge(recovered, ledger, promised, least);
        if (problem !== undefined) this.fail(struck, [{ call, text, outcome }], problem);
      });
    };
    yield tried(undefined);
    const states = new CrashStates(volume, new VariantCache(this.random), this.random);
    for (const { outcome } of states.states(this.options.bound, this.random)) yield tried(outcome);
  }

  private fail(fault: StruckCall, deaths: readonly PlaceOfDeath[], problem: string): void {
    const { workload, model, options } = this;
    this.report.failures.push({ workload: workload.name, seed: options.seed, model, deaths, fault, problem });
  }
}
