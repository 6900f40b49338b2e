import { defaultEngineParts, type EngineParts } from "../../engine/index.ts";
import type { Drain } from "../../host/drain.ts";
import type { RandomStream } from "../../host/random.ts";
import { describeError } from "../../sim/failure.ts";
import { applyCrash } from "../../sim/fs/crash.ts";
import { crashChoices } from "../../sim/fs/crash-choice.ts";
import { copyVolume } from "../../sim/fs/copy-volume.ts";
import type { DiskFault } from "../../sim/fs/disk-fault.ts";
import type { VolumeMemory } from "../../sim/fs/volume.ts";
import { NamedStream } from "../../sim/random.ts";
import { CrashStates, VariantCache } from "./crash-states.ts";
import type { CrashFailure, ExploredModel, FaultName, PlaceOfDeath, StruckCall } from "./explore.ts";
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
  /** Whether an error that nobody is told of counts as a failure, harmless or not. Default true. */
  readonly mustTell?: boolean;
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

/** The faults that may strike a call. */
const FAULTS: ReadonlyMap<FaultName, { readonly fault: DiskFault; readonly strikes: RegExp }> = new Map([
  ["EIO:before", { fault: { kind: "error", code: "EIO", when: "before" }, strikes: /./ }],
  ["EIO:after", { fault: { kind: "error", code: "EIO", when: "after" }, strikes: /./ }],
  ["ENOSPC:before", { fault: { kind: "error", code: "ENOSPC", when: "before" }, strikes: NEEDS_ROOM }],
  ["short", { fault: { kind: "short" }, strikes: /^(pread|pwrite) / }],
  [
    "sync-failure:marked-clean",
    { fault: { kind: "sync-failure", mode: "marked-clean" }, strikes: /^f(data)?sync .*(\.\w+|MANIFEST-\d+)$/ },
  ],
]);

/** A fault by the name under which it is printed. */
export function isFaultName(name: string): name is FaultName {
  return (FAULTS as ReadonlyMap<string, unknown>).has(name);
}

/** The faults that may strike a call. */
function faultsOf({ index: call, text, failed }: RecordedCall): StruckCall[] {
  return (
    [...FAULTS]
      .filter(([, { strikes }]) => strikes.test(text))
      // What is refused anyway never takes effect.
      .filter(([fault]) => fault !== "EIO:after" || !failed)
      .map(([fault]) => ({ call, text, fault }))
  );
}

function diskFault({ fault }: StruckCall): DiskFault {
  const known = FAULTS.get(fault);
  if (known === undefined) throw new TypeError(`no fault '${fault}'`);
  return known.fault;
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
    const errors = calls.flatMap(faultsOf);
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
    if (struck.fault === "short") {
      for (const error of recording.errors) {
        this.fail(struck, [], `a short transfer is no error, but: ${describeError(error)}`);
      }
    }
    const mustTell = this.options.mustTell !== false && struck.fault !== "short";
    if (mustTell && recording.struck && recording.errors.length === 0 && recording.reported.length === 0) {
      this.fail(struck, [], "the error was told to nobody: no call failed, and no event says so");
    }
    const point = recording.points.at(-1);
    if (point !== undefined) await this.line.run(this.livesAfter(point, recording, struck));
    return report;
  }

  private run(struck: StruckCall | undefined): Promise<Recording> {
    const { workload, model, parts, memory } = this;
    const { drain, seed } = this.options;
    const fault = struck === undefined ? {} : { strike: { call: struck.call, fault: diskFault(struck) } };
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
