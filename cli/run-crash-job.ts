import { NodeDrain } from "../host/nodejs/drain.ts";
import type { FaultName } from "../scenarios/crash/call-faults.ts";
import { ErrorExplorer, type FaultCounts } from "../scenarios/crash/explore-errors.ts";
import { RotExplorer } from "../scenarios/crash/explore-rot.ts";
import { Explorer } from "../scenarios/crash/explore.ts";
import { findWorkload } from "../scenarios/crash/library.ts";
import { plantedBugs, plantedDesignBugs } from "../scenarios/bugs/catalogue.ts";
import { huntInDesign } from "../scenarios/bugs/hunt-design.ts";
import { hunt } from "../scenarios/bugs/hunt.ts";
import type { PlantedBug } from "../scenarios/bugs/planted-bug.ts";
import { NamedStream } from "../sim/random.ts";
import type { CrashJob, CrashJobResult } from "./crash-messages.ts";

const NONE = {
  calls: 0,
  points: 0,
  nestedPoints: 0,
  states: 0,
  hashes: new Float64Array(0),
  errors: 0,
  recoveries: 0,
  byFault: new Map<FaultName, FaultCounts>(),
  bits: 0,
  noticed: 0,
  right: 0,
};

/**
 * Carries out one job of a crash exploration on this thread.
 *
 * @param onProgress told now and then how many states, errors or bits were tried; true ends the job early
 */
export async function runCrashJob(job: CrashJob, onProgress: (tried: number) => boolean): Promise<CrashJobResult> {
  if (job.kind === "hunt") {
    const inDesign = plantedDesignBugs.get(job.bug ?? "");
    if (inDesign !== undefined) {
      const { found, tried } = await huntInDesign(inDesign, new NodeDrain(), inDesign.topology, onProgress);
      return { ...NONE, job, states: tried, failures: [], shown: found };
    }
    const { failure, tried } = await hunt(bugOf(job), new NodeDrain(), onProgress);
    return { ...NONE, job, states: tried, failures: failure === undefined ? [] : [failure] };
  }
  const workload = findWorkload(job.workload, (name) => new NamedStream(name));
  if (workload === undefined) throw new Error(`unknown workload ${job.workload}`);
  const plant = job.bug === undefined ? {} : bugOf(job).plant;
  const common = { drain: new NodeDrain(), seed: job.seed, ...plant };
  switch (job.kind) {
    case "states": {
      const { model, bound, nestedEvery, nestedBound, call } = job;
      const report = await new Explorer(workload, {
        ...common,
        model,
        bound,
        nestedEvery,
        nestedBound,
        ...(call === undefined ? {} : { onlyCall: call }),
        onProgress: ({ states }) => onProgress(states),
      }).explore();
      const { calls, points, nestedPoints, states, hashes, failures } = report;
      return { ...NONE, job, calls, points, nestedPoints, states, hashes: Float64Array.from(hashes), failures };
    }
    case "errors": {
      const { model, every, bound } = job;
      const explorer = new ErrorExplorer(workload, {
        ...common,
        model,
        every,
        bound,
        onProgress: ({ recoveries }) => onProgress(recoveries),
      });
      const { errors, recoveries, byFault, failures } = await explorer.explore();
      return { ...NONE, job, errors, recoveries, byFault, failures };
    }
    case "rot": {
      const { moments, bits: perFile } = job;
      const explorer = new RotExplorer(workload, {
        ...common,
        moments,
        bits: perFile,
        onProgress: ({ bits }) => onProgress(bits),
      });
      const { bits, noticed, right, failures } = await explorer.explore();
      return { ...NONE, job, bits, noticed, right, failures };
    }
  }
}

function bugOf({ bug: id = "" }: CrashJob): PlantedBug {
  const bug = plantedBugs.get(id);
  if (bug === undefined) throw new Error(`unknown bug ${id}`);
  return bug;
}
