import { availableParallelism } from "node:os";
import { NodeDrain } from "../../host/nodejs/drain.ts";
import { outcomeText, parseOutcome } from "../../scenarios/crash/describe-outcome.ts";
import { CALL_FAULTS, isFaultName, type StruckCall } from "../../scenarios/crash/call-faults.ts";
import { ErrorExplorer } from "../../scenarios/crash/explore-errors.ts";
import { RotExplorer } from "../../scenarios/crash/explore-rot.ts";
import { Explorer, type CrashFailure, type ExploredModel, type PlaceOfDeath } from "../../scenarios/crash/explore.ts";
import { crashWorkloads, findWorkload } from "../../scenarios/crash/library.ts";
import { replayCrash, ReplayError } from "../../scenarios/crash/replay-crash.ts";
import type { CrashWorkload } from "../../scenarios/crash/workload.ts";
import { plantedBugs } from "../../scenarios/bugs/catalogue.ts";
import { NamedStream } from "../../sim/random.ts";
import { oneOf, parseArguments, wholeNumber } from "../arguments.ts";
import { build } from "../build.ts";
import type { CrashJob, CrashJobResult } from "../crash-messages.ts";
import { CrashPool } from "../crash-pool.ts";
import { CrashTally } from "../crash-tally.ts";
import { ExitCode } from "../exit-code.ts";
import { jobName, loadExploration, saveExploration } from "../saved-exploration.ts";
import { UsageError } from "../usage-error.ts";
import { crashWorkerProgram } from "../worker-program.ts";
import { MAX_SEED } from "./choose.ts";
import type { Command, CommandContext } from "./command.ts";
import { DEFAULT_SEED, failureLines, replayCommand, wrapped } from "./crash-failure.ts";

const MODELS: ReadonlyMap<string, ExploredModel> = new Map([
  ["strict", "strict"],
  ["ordered", "ordered"],
  ["lossy", "lossy"],
]);

const DEFAULT_BOUND = 40;
const LONG_BOUND = 150;
const LONG_STATES = 1_000_000;
/** Drawn workloads that the short exploration adds to the library's. */
const DRAWN = 12;
/** Milliseconds from one saving of a long exploration to the next, at least. */
const SAVE_EVERY = 30_000;

interface Settings {
  readonly workloads: readonly string[];
  readonly drawn: boolean;
  readonly models: readonly ExploredModel[];
  readonly seed: number;
  readonly bound: number;
  readonly workers: number;
  /** Distinct states after which it is enough; undefined for one pass. */
  readonly states: number | undefined;
  readonly bug: string | undefined;
  /** Where it is saved as it goes on, and goes on from. */
  readonly file: string | undefined;
}

export const crash: Command = {
  name: "crash",
  summary: "crash the engine at every call on its disk, in every state that may be left, and judge its recovery",
  usage: [
    "faultline crash [--workload W] [--model M] [--bound N] [--seed S] [--workers N]",
    "    every call of every workload; up to N states of each (40 by default), of more a sample",
    "faultline crash --long [--states N]      drawn workloads until N distinct states (1,000,000) are done",
    "    --resume FILE: saves what is done in FILE now and then, and goes on from there",
    "faultline crash --workload W --point K --state S [--then K:S]    one case again, in words",
    "    S is what survived, as a failure prints it, or 'kill'; a point alone: all its states",
    "faultline crash --workload W --fault K:FAULT                     one fault of the disk again",
    "faultline crash --workload W --point K --rot FILE:POSITION:BIT   one rotten bit again",
  ],

  async run(words, context) {
    const parsed = parseArguments(
      "crash",
      words,
      {
        workload: { type: "string" },
        model: { type: "string" },
        bound: { type: "string" },
        seed: { type: "string" },
        workers: { type: "string" },
        long: { type: "boolean" },
        states: { type: "string" },
        resume: { type: "string" },
        point: { type: "string" },
        state: { type: "string" },
        then: { type: "string" },
        fault: { type: "string" },
        rot: { type: "string" },
        bug: { type: "string" },
      },
      0,
    );
    const { long, ...rest } = parsed.values;
    const values = rest as Record<string, string | undefined>;
    const { workload, model, point } = values;
    if (workload !== undefined) known(workload);
    if (values["bug"] !== undefined) oneOf("bug", values["bug"], plantedBugs);
    const models = model === undefined ? [...MODELS.values()] : [oneOf("model", model, MODELS)];
    const seed = values["seed"] === undefined ? DEFAULT_SEED : wholeNumber("seed", values["seed"], 0, MAX_SEED);
    if (point !== undefined || values["fault"] !== undefined) {
      if (workload === undefined) throw new UsageError("--point and --fault need --workload");
      return replay(workload, models[0] ?? "strict", seed, values, context);
    }
    for (const option of ["state", "then", "rot"]) {
      if (values[option] !== undefined) throw new UsageError(`--${option} needs --point`);
    }
    const isLong = long === true || values["states"] !== undefined;
    const bound = isLong ? LONG_BOUND : DEFAULT_BOUND;
    const states = values["states"] === undefined ? LONG_STATES : wholeNumber("states", values["states"], 1, 1e9);
    return explore(
      {
        workloads: workload === undefined ? [...crashWorkloads.keys()] : [workload],
        drawn: workload === undefined,
        models,
        seed,
        bound: values["bound"] === undefined ? bound : wholeNumber("bound", values["bound"], 1, 100_000),
        workers:
          values["workers"] === undefined ? availableParallelism() : wholeNumber("workers", values["workers"], 1, 256),
        states: isLong ? states : undefined,
        bug: values["bug"],
        file: values["resume"],
      },
      context,
    );
  },
};

/** @throws UsageError */
function known(name: string): CrashWorkload {
  const found = findWorkload(name, (stream) => new NamedStream(stream));
  if (found !== undefined) return found;
  oneOf("workload", name, crashWorkloads);
  throw new UsageError(`unknown workload '${name}'`);
}

/** What there is to do, the library first; with a goal, drawn workloads without end. */
function* jobsOf(settings: Settings): Generator<CrashJob> {
  const { workloads, models, seed, bound, drawn, states } = settings;
  const planted = settings.bug === undefined ? {} : { bug: settings.bug };
  const nested = { nestedEvery: 40, nestedBound: 4 };
  for (const workload of workloads) {
    const common = { workload, seed, ...planted };
    for (const model of models) yield { kind: "states", ...common, model, bound, ...nested };
    yield { kind: "errors", ...common, model: models[0] ?? "strict", every: 4, bound: 5 };
    yield { kind: "rot", ...common, moments: 4, bits: 16 };
  }
  if (!drawn) return;
  for (let number = 1; states !== undefined || number <= DRAWN; number++) {
    const common = { workload: `random-${number}`, seed, ...planted };
    const model = models[number % 8 === 0 ? (number / 8) % models.length : 0] ?? "strict";
    yield { kind: "states", ...common, model, bound, ...nested };
    if (number % 4 === 0) yield { kind: "errors", ...common, model, every: 16, bound: 5 };
    if (number % 4 === 2) yield { kind: "rot", ...common, moments: 3, bits: 12 };
  }
}

/** Those of the jobs that are not done. */
function* without(done: ReadonlySet<string>, jobs: Iterable<CrashJob>): Generator<CrashJob> {
  for (const job of jobs) if (!done.has(jobName(job))) yield job;
}

async function explore(settings: Settings, { out, err, interrupted }: CommandContext): Promise<number> {
  const { workloads, models, seed, workers, states: goal, bound, bug, file } = settings;
  const about = JSON.stringify({ workloads, models, seed, bound, bug });
  const saved = file === undefined ? undefined : loadExploration(file, about);
  const of = settings.drawn ? `${workloads.length} workloads and drawn ones` : workloads.join();
  const by = `${workers} ${workers === 1 ? "worker" : "workers"}`;
  out.write(`${out.bold("crash")} · ${of} · ${models.join(", ")} · seed ${seed} · ${by} · build ${build}\n`);
  const tally = new CrashTally(out, err, goal);
  const done = new Set(saved?.done);
  if (saved !== undefined) tally.restore(saved.tally);
  let savedAt = performance.now();
  const save = (): void => {
    if (file !== undefined) saveExploration(file, about, { done: [...done], tally: tally.save() });
    savedAt = performance.now();
  };
  const pool = new CrashPool({ workers, program: crashWorkerProgram });
  const stop = (): void => void pool.stop();
  interrupted.addEventListener("abort", stop);
  try {
    if (!interrupted.aborted && (goal === undefined || tally.distinct < goal)) {
      await pool.run(without(done, jobsOf(settings)), {
        result: (result: CrashJobResult) => {
          tally.add(result);
          done.add(jobName(result.job));
          if (performance.now() - savedAt >= SAVE_EVERY) save();
          if (goal !== undefined && tally.distinct >= goal) stop();
        },
        progress: (tried) => {
          tally.progress(tried);
        },
      });
    }
  } finally {
    interrupted.removeEventListener("abort", stop);
    tally.clear();
    save();
  }
  tally.print(interrupted.aborted);
  const [first] = tally.failures;
  if (first !== undefined) {
    for (const failure of tally.failures.slice(0, 3))
      for (const line of failureLines(out, failure)) out.write(`${line}\n`);
    if (tally.failures.length > 3) out.write(`  … and ${tally.failures.length - 3} more\n`);
    out.write(`\nreplay:  ${out.cyan(replayCommand(first, settings.bug))}\n`);
  }
  if (interrupted.aborted) return ExitCode.INTERRUPTED;
  return first === undefined ? ExitCode.AS_EXPECTED : ExitCode.VIOLATION;
}

/** Tries one case again and tells it. */
async function replay(
  workload: string,
  model: ExploredModel,
  seed: number,
  values: Readonly<Record<string, string | undefined>>,
  { out }: CommandContext,
): Promise<number> {
  const { point, state, then, fault, rot, bug } = values;
  out.write(`${out.bold("crash")} · ${workload} · ${model} · seed ${seed} · build ${build}\n`);
  const plant = bug === undefined ? {} : (plantedBugs.get(bug)?.plant ?? {});
  const drain = new NodeDrain();
  const failures: CrashFailure[] = [];
  if (fault !== undefined) {
    const struck = parseFault(fault);
    const explorer = new ErrorExplorer(known(workload), { drain, model, seed, every: 1, bound: 30, ...plant });
    failures.push(...(await explorer.strike(struck)).failures);
  } else if (rot !== undefined) {
    const explorer = new RotExplorer(known(workload), { drain, seed, moments: 1, bits: 1, ...plant });
    const report = await explorer.tryOne(wholeNumber("point", point ?? "", 1), parseRot(rot));
    if (report.bits === 0) throw new UsageError(`--rot: there is no such byte at that point: ${rot}`);
    failures.push(...report.failures);
  } else if (state === undefined) {
    const call = wholeNumber("point", point ?? "", 1);
    const options = { drain, model, seed, bound: 100_000, nestedEvery: 0, nestedBound: 0, mostFailures: 3, ...plant };
    const report = await new Explorer(known(workload), { ...options, onlyCall: call }).explore();
    if (report.points === 0)
      throw new UsageError(`--point: call ${call} of ${report.calls} changes nothing on the disk`);
    out.write(`  ${report.distinct} states after call ${call}\n`);
    failures.push(...report.failures);
  } else {
    const deaths = [{ call: wholeNumber("point", point ?? "", 1), outcome: parseState("state", state) }];
    if (then !== undefined) deaths.push(parseThen(then));
    return retell(workload, model, seed, deaths, bug, out, plant);
  }
  for (const failure of failures) for (const line of failureLines(out, failure)) out.write(`${line}\n`);
  if (failures.length === 0) out.write(`  recovered as promised ${out.green("✔")}\n`);
  return failures.length === 0 ? ExitCode.AS_EXPECTED : ExitCode.VIOLATION;
}

async function retell(
  workload: string,
  model: ExploredModel,
  seed: number,
  deaths: readonly Pick<PlaceOfDeath, "call" | "outcome">[],
  bug: string | undefined,
  out: CommandContext["out"],
  plant: object,
): Promise<number> {
  let told;
  try {
    told = await replayCrash(known(workload), { drain: new NodeDrain(), model, seed, deaths, ...plant });
  } catch (error) {
    if (error instanceof ReplayError) throw new UsageError(error.message);
    throw error;
  }
  told.deaths.forEach(({ call, calls, text, survived }, index) => {
    const where = index === 0 ? "" : "in the recovery, ";
    const how = survived === undefined ? "the process is killed" : "the power is cut";
    out.write(`  ${where}after call ${call} of ${calls} (${text}) ${how}\n`);
    for (const line of survived ?? []) out.write(`    ${out.dim(line)}\n`);
  });
  const { begun, least } = told.promised;
  out.write(`  ${begun} writes were begun, the first ${least} must be there\n`);
  if (told.problem === undefined) {
    out.write(`  recovered as promised ${out.green("✔")}\n`);
    return ExitCode.AS_EXPECTED;
  }
  out.write(`  ${out.red("violated")}: ${told.problem}\n`);
  const failure = {
    workload,
    seed,
    model,
    deaths: deaths.map(({ call, outcome }) => ({ call, outcome, text: "" })),
    problem: told.problem,
  };
  out.write(`\nreplay:  ${out.cyan(replayCommand(failure, bug))}\n`);
  return ExitCode.VIOLATION;
}

function parseState(option: string, text: string): number[] | undefined {
  if (text === "kill") return undefined;
  const outcome = parseOutcome(text);
  if (outcome === undefined) {
    throw new UsageError(
      `--${option}: '${text}' is no state`,
      `'kill', '${outcomeText([])}', or numbers such as 0.1.3`,
    );
  }
  return outcome;
}

function parseThen(text: string): { readonly call: number; readonly outcome: number[] | undefined } {
  const [, call, state] = /^(\d+):(.+)$/.exec(text) ?? [];
  if (call === undefined || state === undefined)
    throw new UsageError(`--then: '${text}' is not a call and a state, K:S`);
  return { call: wholeNumber("then", call, 1), outcome: parseState("then", state) };
}

function parseFault(text: string): StruckCall {
  const [, call, fault] = /^(\d+):(.+)$/.exec(text) ?? [];
  if (call === undefined || fault === undefined || !isFaultName(fault)) {
    throw new UsageError(
      `--fault: '${text}' is no call and fault`,
      ...wrapped(`such as 17:EIO:before; faults are ${[...CALL_FAULTS.keys()].join(", ")}`, 2),
    );
  }
  return { call: wholeNumber("fault", call, 1), text: "", fault };
}

function parseRot(text: string) {
  const [, path, position, bit] = /^(.+):(\d+):([0-7])$/.exec(text) ?? [];
  if (path === undefined || position === undefined || bit === undefined) {
    throw new UsageError(`--rot: '${text}' is no bit of a file`, "such as /db/000003.log:17:4");
  }
  return { path, position: wholeNumber("rot", position, 0), bit: Number(bit) };
}
