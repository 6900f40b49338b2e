import type { EngineParts } from "../../engine/index.ts";
import type { Drain } from "../../host/drain.ts";
import { copyVolume } from "../../sim/fs/copy-volume.ts";
import type { DiskFault } from "../../sim/fs/disk-fault.ts";
import type { ActiveFault } from "../../sim/fs/disk-faults.ts";
import { Volume, type CrashModel, type VolumeMemory } from "../../sim/fs/volume.ts";
import type { TraceRecord, TraceSink } from "../../sim/trace.ts";
import { Ledger, NOTHING_PROMISED, type Promised } from "./ledger.ts";
import { RecoveryLine, type Life } from "./recovery-line.ts";
import type { RecordedCall } from "./recording-disk.ts";
import { StepRunner } from "./run-steps.ts";
import type { CrashWorkload } from "./workload.ts";

export interface RecordOptions {
  readonly drain: Drain;
  readonly parts: EngineParts;
  readonly model: CrashModel;
  readonly seed: number;
  readonly memory: VolumeMemory;
  /** A fault that strikes one call. */
  readonly strike?: { readonly call: number; readonly fault: DiskFault };
  /** Keep the disk as it was after each call. Default true. */
  readonly points?: boolean;
}

/** A moment between two calls on the disk, the disk as it was, and what had been promised by then. */
export interface CrashPoint {
  /** Calls that had taken effect. */
  readonly call: number;
  /** The last of them. */
  readonly text: string;
  readonly volume: Volume;
  promised: Promised;
}

/** A workload's run. */
export interface Recording {
  /** One for each call that may have changed the disk; of them all, or the last alone. */
  readonly points: readonly CrashPoint[];
  /** All calls, in order. */
  readonly calls: readonly RecordedCall[];
  readonly ledger: Ledger;
  /** What was read, or thrown, and must not have been. */
  readonly problems: readonly string[];
  /** Errors that calls of the engine rejected with. */
  readonly errors: readonly unknown[];
  /** Failures that the engine reported without throwing them at a caller. */
  readonly reported: readonly string[];
  /** Whether the fault struck. */
  readonly struck: boolean;
  /** What had been promised when the call that it struck began to count; undefined without a fault. */
  readonly promisedBefore: Promised | undefined;
}

/** Runs a workload from an empty disk to its end. */
export async function recordWorkload(workload: CrashWorkload, options: RecordOptions): Promise<Recording> {
  const { drain, model, memory, seed, parts, strike } = options;
  const ledger = new Ledger();
  const reports = new FailureReports();
  const line = new RecoveryLine(drain, model, memory, `${workload.name}/${seed}`, reports);
  const points: CrashPoint[] = [];
  const calls: RecordedCall[] = [];
  const problems: string[] = [];
  const runners: StepRunner[] = [];
  const take = ({ index, text }: RecordedCall): void => {
    points.push({ call: index, text, volume: copyVolume(line.volume, line.kernel), promised: NOTHING_PROMISED });
  };
  let active: ActiveFault | undefined;
  let promisedBefore: Promised | undefined;
  const armed: ActiveFault[] = [];
  const arm = (next: number): void => {
    if (strike?.call !== next) return;
    active = line.faults.add({ fault: strike.fault, times: 1 });
    armed.push(active);
    promisedBefore = ledger.promised;
  };
  const life: Life = {
    volume: new Volume(line.kernel, line.volume.options, memory),
    run: (host) => {
      const runner = new StepRunner(host, workload, ledger, parts);
      runners.push(runner);
      return runner.run();
    },
    listener: (call) => {
      calls.push(call);
      // In force for the very call, since what faults count differs from kind to kind; but a lost device stays away.
      if (active !== undefined && active.rule.fault.kind !== "device-lost") line.faults.remove(active);
      active = undefined;
      arm(call.index + 1);
      // Until this call took effect the disk was as the last point has it: all that was promised by now held there.
      const before = points.at(-1);
      if (before !== undefined) before.promised = ledger.promised;
      if (call.changes && options.points !== false) take(call);
    },
    ended: (end) => {
      if (end.kind === "failed") problems.push(end.problem);
      return undefined;
    },
  };
  arm(1);
  await line.run([life][Symbol.iterator]());
  const last = calls.at(-1);
  if (options.points === false && last !== undefined) take(last);
  const end = points.at(-1);
  if (end !== undefined) end.promised = ledger.promised;
  for (const runner of runners) problems.push(...runner.problems);
  const errors = runners.flatMap((runner) => runner.errors);
  const struck = armed.some(({ fired }) => fired > 0);
  return { points, calls, ledger, problems, errors, reported: reports.kinds, struck, promisedBefore };
}

/** Listens for failures that a program reports. */
class FailureReports implements TraceSink {
  readonly world = false;
  readonly kinds: string[] = [];

  record({ data }: TraceRecord): void {
    if (data.kind.endsWith("-failed") || data.kind === "disk-full") this.kinds.push(data.kind);
  }

  eventStarted(): void {}

  linked(): void {}
}
