import { defaultEngineParts, type EngineParts } from "../../engine/index.ts";
import type { Drain } from "../../host/drain.ts";
import type { RandomStream } from "../../host/random.ts";
import type { VolumeMemory } from "../../sim/fs/volume.ts";
import { NamedStream } from "../../sim/random.ts";
import { filesOf, judgeRot, rotten, type Rot } from "./bit-rot.ts";
import type { CrashFailure } from "./explore.ts";
import { recordWorkload, type CrashPoint, type Recording } from "./record-workload.ts";
import { RecoveryCheck } from "./recovery.ts";
import { RecoveryLine, type Life } from "./recovery-line.ts";
import { sharedMemory } from "./still-disk.ts";
import type { CrashWorkload } from "./workload.ts";

export interface RotOptions {
  readonly drain: Drain;
  readonly parts?: EngineParts;
  readonly seed: number;
  /** Moments of the workload at which bits rot. */
  readonly moments: number;
  /** Bits that rot in each file, one at a time. */
  readonly bits: number;
  readonly mostFailures?: number;
  /** Called after each bit; true ends the exploration early. */
  readonly onProgress?: (report: RotReport) => boolean;
}

export interface RotReport {
  /** Bits that rotted. */
  bits: number;
  /** The engine said that something is corrupt. */
  noticed: number;
  /** It served the right bytes. */
  right: number;
  readonly failures: CrashFailure[];
}

/** Lets bits of each file rot, one at a time: the engine serves the right bytes or says "corruption". */
export class RotExplorer {
  private readonly workload: CrashWorkload;
  private readonly options: RotOptions;
  private readonly parts: EngineParts;
  private readonly memory: VolumeMemory = sharedMemory();
  private readonly random: RandomStream;
  private readonly line: RecoveryLine;
  private readonly check: RecoveryCheck;
  private readonly report: RotReport = { bits: 0, noticed: 0, right: 0, failures: [] };

  constructor(workload: CrashWorkload, options: RotOptions) {
    this.workload = workload;
    this.options = options;
    this.parts = options.parts ?? defaultEngineParts;
    this.random = new NamedStream(`${workload.name}/${options.seed}/rot`);
    this.line = new RecoveryLine(options.drain, "strict", this.memory);
    this.check = new RecoveryCheck(this.line, workload, this.parts);
  }

  async explore(): Promise<RotReport> {
    const recording = await this.run();
    const { options, report } = this;
    const lives = function* (self: RotExplorer): Generator<Life> {
      for (const point of self.momentsOf(recording.points)) {
        for (const rot of self.rotsOf(point)) {
          yield* self.lifeOf(rot, point, recording);
          if (report.failures.length >= (options.mostFailures ?? 1)) return;
          if (options.onProgress?.(report) === true) return;
        }
      }
    };
    await this.line.run(lives(this));
    return report;
  }

  /** Tries one bit, at the moment after a call. */
  async tryOne(call: number, rot: Rot): Promise<RotReport> {
    const recording = await this.run();
    const point = recording.points.findLast((each) => each.call <= call);
    if (point !== undefined) await this.line.run(this.lifeOf(rot, point, recording));
    return this.report;
  }

  private run(): Promise<Recording> {
    const { workload, parts, memory } = this;
    const { drain, seed } = this.options;
    return recordWorkload(workload, { drain, seed, model: "strict", parts, memory });
  }

  /** The last moment, those with the most logs, and some others. */
  private momentsOf(points: readonly CrashPoint[]): CrashPoint[] {
    const { random, options } = this;
    const logs = (point: CrashPoint): number =>
      filesOf(point.volume).filter(({ path }) => path.endsWith(".log")).length;
    const most = Math.max(0, ...points.map(logs));
    const crowded = points.filter((point) => logs(point) === most);
    const chosen = new Set<CrashPoint>([points.at(-1), crowded.at(-1)].filter((point) => point !== undefined));
    while (chosen.size < Math.min(options.moments, points.length)) {
      chosen.add(random.pick(random.chance(1, 2) && crowded.some((point) => !chosen.has(point)) ? crowded : points));
    }
    return [...chosen];
  }

  private *rotsOf(point: CrashPoint): Generator<Rot> {
    const { random, options } = this;
    for (const { path, size } of filesOf(point.volume)) {
      if (size === 0) continue;
      const step = Math.max(1, Math.floor(size / options.bits));
      for (let position = random.below(Math.min(step, size)); position < size; position += step) {
        yield { path, position, bit: random.below(8) };
      }
    }
  }

  private *lifeOf(rot: Rot, point: CrashPoint, recording: Recording): Generator<Life> {
    const { report, workload, options } = this;
    const volume = rotten(point.volume, rot, this.line.kernel);
    if (volume === undefined) return;
    report.bits++;
    yield this.check.life(volume, (recovered) => {
      const verdict = judgeRot(recovered, point, recording);
      if (verdict.kind !== "wrong") {
        report[verdict.kind]++;
        return;
      }
      const { problem } = verdict;
      const death = { call: point.call, text: point.text, outcome: undefined };
      const { seed } = options;
      report.failures.push({ workload: workload.name, seed, model: "strict", deaths: [death], rot, problem });
    });
  }
}
