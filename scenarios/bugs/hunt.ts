import type { Drain } from "../../host/drain.ts";
import { NamedStream } from "../../sim/random.ts";
import { ErrorExplorer } from "../crash/explore-errors.ts";
import { RotExplorer } from "../crash/explore-rot.ts";
import { Explorer, type CrashFailure } from "../crash/explore.ts";
import { findWorkload } from "../crash/library.ts";
import type { EngineParts } from "../../engine/index.ts";
import type { Hunt, PlantedBug } from "./planted-bug.ts";

export interface Catch {
  /** The first case found, in the order of the hunts and of the calls in each; undefined when there was none. */
  readonly failure: CrashFailure | undefined;
  /** States, faults and bits tried, the last included. */
  readonly tried: number;
}

/** Explores an engine with a bug in it until the bug shows. */
export async function hunt(
  { plant, hunts }: Pick<PlantedBug, "plant" | "hunts">,
  drain: Drain,
  onProgress: (tried: number) => boolean = () => false,
): Promise<Catch> {
  let before = 0;
  for (const each of hunts) {
    const { failure, tried } = await carryOut(each, plant.parts, drain, (count) => onProgress(before + count));
    before += tried;
    if (failure !== undefined) return { failure, tried: before };
  }
  return { failure: undefined, tried: before };
}

async function carryOut(
  { kind, workload: name, silence }: Hunt,
  parts: EngineParts,
  drain: Drain,
  onProgress: (tried: number) => boolean,
): Promise<Catch> {
  const workload = findWorkload(name, (stream) => new NamedStream(stream));
  if (workload === undefined) throw new TypeError(`no workload '${name}'`);
  const common = { drain, parts, seed: 1 };
  switch (kind) {
    case "states": {
      const options = { ...common, bound: 100, nestedEvery: 0, nestedBound: 0 };
      const report = await new Explorer(workload, {
        ...options,
        onProgress: ({ states }) => onProgress(states),
      }).explore();
      return { failure: report.failures[0], tried: report.states };
    }
    case "errors": {
      const report = await new ErrorExplorer(workload, {
        ...common,
        every: 1,
        bound: 8,
        mustTell: silence === true,
        onProgress: ({ errors, recoveries }) => onProgress(errors + recoveries),
      }).explore();
      return { failure: report.failures[0], tried: report.errors + report.recoveries };
    }
    case "rot": {
      const report = await new RotExplorer(workload, {
        ...common,
        moments: 6,
        bits: 60,
        onProgress: ({ bits }) => onProgress(bits),
      }).explore();
      return { failure: report.failures[0], tried: report.bits };
    }
  }
}
