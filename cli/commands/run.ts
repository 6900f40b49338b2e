import { availableParallelism } from "node:os";
import { render } from "../../report/messages/render.ts";
import type { Expectation } from "../../scenarios/scenario.ts";
import { Tally } from "../../scenarios/tally.ts";
import { parseArguments, wholeNumber } from "../arguments.ts";
import { build } from "../build.ts";
import { ExitCode } from "../exit-code.ts";
import { printLastEvents } from "../print-last-events.ts";
import { Progress } from "../progress.ts";
import type { Terminal } from "../terminal.ts";
import { UsageError } from "../usage-error.ts";
import type { SeedJob, SeedResult } from "../worker-messages.ts";
import { WorkerPool } from "../worker-pool.ts";
import { workerProgram } from "../worker-program.ts";
import { choose, MAX_SEED, printReplayLine, type Choice } from "./choose.ts";
import type { Command, CommandContext } from "./command.ts";

const DEFAULT_SEEDS = 100;
const FAILURES_SHOWN = 3;

export const run: Command = {
  name: "run",
  summary: "run a scenario over many seeds and say what they found",
  usage: [
    "faultline run SCENARIO [--topology T] [--seeds N] [--workers N]   seeds 1 to N, 100 by default",
    "faultline run SCENARIO [--topology T] --seed S                    that seed alone",
  ],

  async run(words, context) {
    const parsed = parseArguments(
      "run",
      words,
      {
        topology: { type: "string" },
        seeds: { type: "string" },
        seed: { type: "string" },
        workers: { type: "string" },
      },
      1,
    );
    const { topology, seeds, seed, workers } = parsed.values as Record<string, string | undefined>;
    const choice = choose("run", parsed.words[0], topology);
    if (seeds !== undefined && seed !== undefined) throw new UsageError("--seed and --seeds exclude each other");
    const one = seed === undefined ? undefined : wholeNumber("seed", seed, 0, MAX_SEED);
    const count = seeds === undefined ? DEFAULT_SEEDS : wholeNumber("seeds", seeds, 1, 1_000_000_000);
    const lanes = workers === undefined ? availableParallelism() : wholeNumber("workers", workers, 1, 256);
    const total = one === undefined ? count : 1;
    return (await runSeeds(choice, one ?? 1, total, Math.min(lanes, total), context)).exitCode;
  },
};

/** Runs the seeds from `first` on, and prints the summary. */
export async function runSeeds(
  choice: Choice,
  first: number,
  count: number,
  workers: number,
  { out, err, interrupted }: CommandContext,
): Promise<{ readonly exitCode: number; readonly tally: Tally }> {
  const { scenario, topology, expectation } = choice;
  const many = count === 1 ? `seed ${first}` : `${count} seeds`;
  const by = `${workers} ${workers === 1 ? "worker" : "workers"}`;
  out.write(`${out.bold(scenario.name)} · ${topology} · ${many} · ${by} · build ${build}\n`);

  const tally = new Tally();
  const failures: SeedResult[] = [];
  const pool = new WorkerPool({ workers, program: workerProgram });
  const stop = (): void => void pool.stop();
  interrupted.addEventListener("abort", stop);
  const progress = new Progress(err, count);
  const jobs = function* (): Iterable<SeedJob> {
    for (let seed = first; seed < first + count; seed++) yield { scenario: scenario.name, topology, seed };
  };
  try {
    if (!interrupted.aborted) {
      await pool.run(jobs(), (result) => {
        tally.add(result);
        if (result.failure !== undefined) failures.push(result);
        progress.advance(tally.seeds, tally.violating);
      });
    }
  } finally {
    interrupted.removeEventListener("abort", stop);
    progress.clear();
  }
  printTally(out, tally, choice);
  failures.sort((a, b) => a.seed - b.seed);
  printFailures(out, failures, choice);
  const speed = `(${progress.seconds.toFixed(1)} s, ${Math.round(tally.seeds / Math.max(progress.seconds, 0.001))} seeds/s)`;
  if (interrupted.aborted) {
    out.write(`  ${out.yellow("interrupted")} after ${tally.seeds} of ${count} seeds   ${out.dim(speed)}\n`);
  } else {
    out.write(`  ${verdictLine(out, tally, expectation)}   ${out.dim(speed)}\n`);
  }
  const worst = failures[0]?.seed ?? tally.worst(expectation)?.smallestSeed;
  if (worst !== undefined) printReplayLine(out, choice, worst);
  return { exitCode: exitCode(tally, expectation, interrupted.aborted), tally };
}

function printTally(out: Terminal, tally: Tally, { expectation }: Choice): void {
  const unexpected = new Set(tally.unexpected(expectation).map((found) => found.kind));
  let label = "violated";
  for (const { kind, claim, seeds, smallestSeed } of tally.findings) {
    const title = render({ id: `title-${kind}`, params: {} }) + (claim === undefined ? "" : ` (${claim})`);
    const paint = unexpected.has(kind) ? out.red : out.yellow;
    out.write(
      `  ${paint(label.padEnd(8))} ${String(seeds).padStart(6)}   ${title.padEnd(44)} smallest seed ${smallestSeed}\n`,
    );
    label = "";
  }
  if (tally.holding > 0) out.write(`  ${out.green("holds   ")} ${String(tally.holding).padStart(6)}\n`);
  if (tally.failing > 0) out.write(`  ${out.red("failed  ")} ${String(tally.failing).padStart(6)}\n`);
}

function printFailures(out: Terminal, failures: readonly SeedResult[], choice: Choice): void {
  for (const { seed, failure } of failures.slice(0, FAILURES_SHOWN)) {
    if (failure === undefined) continue;
    out.write(`\n  ${out.red(`seed ${seed} of ${choice.scenario.name} could not be judged:`)} ${failure.message}\n`);
    printLastEvents(out, failure.place.lastEvents);
  }
}

function verdictLine(out: Terminal, tally: Tally, expectation: Expectation): string {
  const foreseen = expectation.kind === "holds" ? "holds" : `violates ${expectation.claim}`;
  switch (tally.agreement(expectation)) {
    case "met":
      return `expected: ${foreseen} ${out.green("✔")}`;
    case "missed":
      return `expected: ${foreseen} ${out.red("✘")}`;
    case "undecided": {
      const within = expectation.kind === "violates" ? ` within ${expectation.withinSeeds} seeds` : "";
      return `expected: ${foreseen}${within}; ${tally.seeds} decide nothing`;
    }
  }
}

function exitCode(tally: Tally, expectation: Expectation, interrupted: boolean): number {
  if (interrupted) return ExitCode.INTERRUPTED;
  if (tally.failing > 0) return ExitCode.INTERNAL;
  return tally.agreement(expectation) === "missed" ? ExitCode.VIOLATION : ExitCode.AS_EXPECTED;
}
