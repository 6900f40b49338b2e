import { awaitsOtherShards } from "../../report/judge-suite.ts";
import type { SuiteReport } from "../../report/suite-report.ts";
import { writeBlob } from "../blob.ts";
import { build } from "../build.ts";
import { ExitCode, exitCodeOf } from "../exit-code.ts";
import { OutputError } from "../output-file.ts";
import { Progress } from "../progress.ts";
import { ReporterSet } from "../reporters/reporter-set.ts";
import type { RunTitle } from "../reporters/reporter.ts";
import { casesAndModes, plural } from "../reporters/wording.ts";
import { parseRunOptions } from "../run-options.ts";
import { seedsToRun, SuiteRun, type SuiteRequest } from "../suite-run.ts";
import { workerProgram } from "../worker-program.ts";
import type { Command, CommandContext } from "./command.ts";

export const run: Command = {
  name: "run",
  summary: "run a scenario or a suite over many seeds and say what they found",
  usage: [
    "faultline run SCENARIO [--topology T]   seeds 1 to 100 of a scenario, by name or path of a file",
    "faultline run --suite NAME              all of a suite",
    "  --seeds N            as many seeds of each; of a suite that hunts, of its hunts alone",
    "  --seed S             that seed alone",
    "  --seed-base B        begin with seed B",
    "  --time 10m           begin no new seed after 10 minutes (s, m, h); without --seeds, fill that time",
    "  --bail               begin no new seed after the first unexpected finding",
    "  --workers N          so many threads; one for each processor by default",
    "  --shard I/N          the I-th of N parts, from 1",
    "  --blob FILE          what faultline merge needs of a shard",
    "  --reporter NAME      list, dot, json, junit or github; several may be given",
    "  --reporter NAME=FILE the same into a file",
    "exit codes: 0 as expected, 1 not as expected, 2 undecided, 254 usage, 255 internal error or",
    "  nondeterminism, 130 interrupted",
  ],

  async run(words, context) {
    const { request, reporters: names, blob } = await parseRunOptions(words);
    const reporters = new ReporterSet(names, context.out);
    const report = await runSuite(request, reporters, context);
    const errors = reporters.end(report);
    if (blob !== undefined) errors.push(...tryBlob(blob, report));
    return conclude(errors, blob !== undefined && awaitsOtherShards(report) ? 0 : exitCodeOf(report), context);
  },
};

/** Runs what is requested while the reporters and, on a terminal, a line of progress tell of it. */
export async function runSuite(
  request: SuiteRequest,
  reporters: ReporterSet,
  { err, interrupted }: CommandContext,
): Promise<SuiteReport> {
  reporters.begin(titleOf(request));
  const progress = reporters.drawing ? undefined : new Progress(err, seedsToRun(request));
  try {
    const suiteRun = new SuiteRun(request, {
      program: workerProgram,
      interrupted,
      onResult: (result, unexpected) => {
        reporters.result(result, unexpected);
        progress?.advance(result.verdict === "violated", unexpected);
      },
    });
    return await suiteRun.run();
  } finally {
    progress?.clear();
  }
}

/** Says what could not be written, and gives the exit code that stands then. */
export function conclude(errors: readonly OutputError[], exitCode: number, { err }: CommandContext): number {
  for (const { message } of errors) err.write(`${err.red("error:")} ${message}\n`);
  return errors.length > 0 ? ExitCode.INTERNAL : exitCode;
}

function tryBlob(path: string, report: SuiteReport): OutputError[] {
  try {
    writeBlob(path, report);
    return [];
  } catch (error) {
    if (error instanceof OutputError) return [error];
    throw error;
  }
}

function titleOf(request: SuiteRequest): RunTitle {
  const { suite, cases, modes, options, shard, workers } = request;
  const [only] = modes;
  const total = seedsToRun(request);
  const seeds =
    total === Infinity
      ? `${options.time ?? 0} s of seeds`
      : total === 1
        ? `seed ${options.firstSeed}`
        : plural(total, "seed");
  const part = shard === undefined ? [] : [`shard ${shard.index}/${shard.of}`];
  const common = [seeds, ...part, plural(workers, "worker"), `build ${build}`];
  if (suite === undefined && only !== undefined)
    return { name: only.scenario.name, details: [only.topology, ...common] };
  return { name: `suite ${suite ?? ""}`, details: [casesAndModes(cases.length, modes.length), ...common] };
}
