import { defaultEngineParts, type EngineParts } from "../../engine/index.ts";
import type { Drain } from "../../host/drain.ts";
import { applyCrash } from "../../sim/fs/crash.ts";
import { crashChoices } from "../../sim/fs/crash-choice.ts";
import { copyVolume } from "../../sim/fs/copy-volume.ts";
import type { Volume } from "../../sim/fs/volume.ts";
import { describeOutcome } from "./describe-outcome.ts";
import type { ExploredModel, PlaceOfDeath } from "./explore.ts";
import { recordWorkload, type CrashPoint } from "./record-workload.ts";
import type { RecordedCall } from "./recording-disk.ts";
import { judge, RecoveryCheck, type Recovered } from "./recovery.ts";
import { RecoveryLine, type Life } from "./recovery-line.ts";
import { sharedMemory } from "./still-disk.ts";
import type { CrashWorkload } from "./workload.ts";

export interface ReplayOptions {
  readonly drain: Drain;
  readonly parts?: EngineParts;
  readonly model: ExploredModel;
  readonly seed: number;
  /** Where the deaths come: the first in the workload, each further one in the recovery from the one before. */
  readonly deaths: readonly Pick<PlaceOfDeath, "call" | "outcome">[];
}

/** A death, with what it was about. */
export interface ReplayedDeath {
  readonly call: number;
  readonly calls: number;
  readonly text: string;
  /** What became of the un-synced, a line each; undefined for a death of the process alone. */
  readonly survived: readonly string[] | undefined;
}

export interface CrashReplay {
  readonly deaths: readonly ReplayedDeath[];
  readonly promised: { readonly begun: number; readonly least: number };
  /** What is wrong; undefined when the engine recovered as it had promised. */
  readonly problem: string | undefined;
}

/** The workload makes no such call, or the disk has no such state after it. */
export class ReplayError extends Error {
  override readonly name = "ReplayError";
}

/** Tries one case of an exploration again. @throws ReplayError */
export async function replayCrash(workload: CrashWorkload, options: ReplayOptions): Promise<CrashReplay> {
  const { drain, model, seed } = options;
  const parts = options.parts ?? defaultEngineParts;
  const memory = sharedMemory();
  const recording = await recordWorkload(workload, { drain, parts, model, seed, memory });
  const line = new RecoveryLine(drain, model, memory);
  const check = new RecoveryCheck(line, workload, parts);
  const [first, ...further] = options.deaths;
  if (first === undefined) throw new ReplayError("a replay needs the call after which the end came");
  const point = pointAt(recording.points, first.call, recording.calls.length);
  const { promised } = point;
  const deaths = [died(point, first.outcome, recording.calls.length)];
  let volume = afterDeath(point.volume, first.outcome, line);
  for (const death of further) {
    const inner: CrashPoint[] = [];
    let calls = 0;
    const listener = ({ index, text }: RecordedCall): void => {
      calls = index;
      inner.push({ call: index, text, volume: copyVolume(line.volume, line.kernel), promised });
    };
    await line.run(only(check.life(volume, () => undefined, listener)));
    const at = pointAt(inner, death.call, calls);
    deaths.push(died(at, death.outcome, calls));
    volume = afterDeath(at.volume, death.outcome, line);
  }
  const found: Recovered[] = [];
  await line.run(only(check.life(volume, (recovered) => found.push(recovered))));
  const least = first.outcome === undefined && further.length === 0 ? promised.acknowledged : promised.durable;
  const problem = found[0] === undefined ? "no end" : judge(found[0], recording.ledger, promised, least);
  return { deaths, promised: { begun: promised.begun, least }, problem };
}

function only(life: Life): Iterator<Life> {
  return [life][Symbol.iterator]();
}

function pointAt(points: readonly CrashPoint[], call: number, calls: number): CrashPoint {
  const point = points.findLast((each) => each.call <= call);
  if (point === undefined || call > calls)
    throw new ReplayError(`there are ${calls} calls, and no state after call ${call}`);
  return point;
}

function died(point: CrashPoint, outcome: readonly number[] | undefined, calls: number): ReplayedDeath {
  const { call, text, volume } = point;
  const survived = outcome === undefined ? undefined : describeOutcome(volume, crashChoices(volume), outcome);
  return { call, calls, text, survived };
}

function afterDeath(volume: Volume, outcome: readonly number[] | undefined, line: RecoveryLine): Volume {
  const copy = copyVolume(volume, line.kernel);
  if (outcome === undefined) return copy;
  const choices = crashChoices(copy);
  if (outcome.length !== choices.length || outcome.some((option, at) => option >= (choices[at]?.options ?? 0))) {
    const wanted = choices.map(({ options }) => `below ${options}`).join(", ");
    throw new ReplayError(`the state needs ${choices.length} numbers here: ${wanted}`);
  }
  applyCrash(copy, choices, outcome);
  return copy;
}
