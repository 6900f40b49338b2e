import { availableParallelism } from "node:os";
import { excludedBugs, plantedBugs, plantedDesignBugs } from "../../scenarios/bugs/catalogue.ts";
import type { PlantedBug, PlantedDesignBug } from "../../scenarios/bugs/planted-bug.ts";
import { render } from "../../report/messages/render.ts";
import { outcomeText } from "../../scenarios/crash/describe-outcome.ts";
import type { CrashFailure } from "../../scenarios/crash/explore.ts";
import { oneOf, parseArguments, wholeNumber } from "../arguments.ts";
import { build } from "../build.ts";
import type { CrashJob, CrashJobResult } from "../crash-messages.ts";
import { CrashPool } from "../crash-pool.ts";
import { ExitCode } from "../exit-code.ts";
import { MAX_WIDTH, type Terminal } from "../terminal.ts";
import { crashWorkerProgram } from "../worker-program.ts";
import type { Command, CommandContext } from "./command.ts";
import { replayCommand, wrapped } from "./crash-failure.ts";

export const bugs: Command = {
  name: "bugs",
  summary: "plant published bugs in engine and designs, one by one, and show the case that catches each",
  usage: [
    "faultline bugs [--workers N]     every planted bug, and those that cannot arise here, with the reason",
    "faultline bugs ST-2              one of them",
  ],

  async run(words, context) {
    const parsed = parseArguments("bugs", words, { workers: { type: "string" } }, 1);
    const { workers } = parsed.values as Record<string, string | undefined>;
    const [id] = parsed.words;
    const excluded = excludedBugs.find((bug) => bug.id === id);
    const chosen = id === undefined ? [...allBugs.values()] : excluded === undefined ? [oneOf("bug", id, allBugs)] : [];
    const lanes = workers === undefined ? availableParallelism() : wholeNumber("workers", workers, 1, 256);
    return hunt(
      chosen,
      id === undefined ? excludedBugs : [excluded ?? []].flat(),
      Math.max(1, Math.min(lanes, chosen.length)),
      context,
    );
  },
};

/** Of the engine and of designs. */
const allBugs: ReadonlyMap<string, PlantedBug | PlantedDesignBug> = new Map<string, PlantedBug | PlantedDesignBug>([
  ...plantedBugs,
  ...plantedDesignBugs,
]);

async function hunt(
  chosen: readonly (PlantedBug | PlantedDesignBug)[],
  excluded: typeof excludedBugs,
  workers: number,
  { out, interrupted }: CommandContext,
): Promise<number> {
  out.write(
    `${out.bold("bugs")} · ${chosen.length} planted · ${workers} ${workers === 1 ? "worker" : "workers"} · build ${build}\n`,
  );
  const pool = new CrashPool({ workers, program: crashWorkerProgram });
  const stop = (): void => void pool.stop();
  interrupted.addEventListener("abort", stop);
  const results = new Map<string, CrashJobResult>();
  const waiting = chosen.map((bug) => bug.id);
  // In the order of the list, as soon as all before have been told.
  const tell = (): void => {
    for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
      const result = results.get(next);
      const bug = allBugs.get(next);
      if (result === undefined || bug === undefined) return;
      waiting.shift();
      if ("topology" in bug) printInDesign(out, bug, result);
      else print(out, bug, result);
    }
  };
  const jobs = chosen.map((bug): CrashJob => ({ kind: "hunt", workload: "", seed: 1, bug: bug.id }));
  try {
    if (!interrupted.aborted) {
      await pool.run(jobs[Symbol.iterator](), {
        result: (result) => {
          results.set(result.job.bug ?? "", result);
          tell();
        },
        progress: () => undefined,
      });
    }
  } finally {
    interrupted.removeEventListener("abort", stop);
  }
  for (const { id, title, source, reason } of excluded) {
    printTitle(out, id, title, source);
    for (const line of wrapped(`cannot arise: ${reason}`, INDENT)) out.write(`${" ".repeat(INDENT)}${line}\n`);
  }
  if (interrupted.aborted) {
    out.write(`  ${out.yellow("interrupted")} after ${results.size} of ${chosen.length} bugs\n`);
    return ExitCode.INTERRUPTED;
  }
  const caught = [...results.values()].filter(isCaught).length;
  const verdict = caught === chosen.length ? out.green("✔") : out.red("✘");
  if (chosen.length > 0) out.write(`  caught ${caught} of ${chosen.length} ${verdict}\n`);
  return caught === chosen.length ? ExitCode.AS_EXPECTED : ExitCode.VIOLATION;
}

function isCaught({ failures, shown }: CrashJobResult): boolean {
  return failures.length > 0 || shown !== undefined;
}

/** Under what a bug's line says, its case. */
const INDENT = 9;

function printTitle(out: Terminal, id: string, title: string, source: string): void {
  const lines = wrapped(title, INDENT);
  const where = `(${source})`;
  const last = lines.at(-1) ?? "";
  if (INDENT + last.length + 1 + where.length > MAX_WIDTH) lines.push(out.dim(where));
  else lines[lines.length - 1] = `${last} ${out.dim(where)}`;
  const [first = "", ...rest] = lines;
  out.write(`  ${out.bold(id.padEnd(6))} ${first}\n`);
  for (const line of rest) out.write(`${" ".repeat(INDENT)}${line}\n`);
}

function printInDesign(out: Terminal, bug: PlantedDesignBug, { shown, states }: CrashJobResult): void {
  const indent = " ".repeat(INDENT);
  printTitle(out, bug.id, bug.title, bug.source);
  const tries = `${states} ${states === 1 ? "seed" : "seeds"} tried`;
  const { scenario } = bug.hunt;
  if (shown === undefined) {
    out.write(`${indent}${out.red("missed")} in ${scenario}: ${tries}\n`);
    return;
  }
  const what = shown.findings.map((kind) => render({ id: `title-${kind}`, params: {} }, "en")).join(", ");
  for (const line of wrapped(`${out.green("caught")} in ${scenario}, seed ${shown.seed}: ${what} · ${tries}`, INDENT)) {
    out.write(`${indent}${line}\n`);
  }
  out.write(
    `${indent}${out.cyan(`npx faultline replay ${scenario} --topology ${bug.topology.id} --seed ${shown.seed}`)}\n`,
  );
}

function print(out: Terminal, bug: PlantedBug, { failures: [failure], states }: CrashJobResult): void {
  const verdict = failure === undefined ? out.red("missed") : out.green("caught");
  const indent = " ".repeat(INDENT);
  printTitle(out, bug.id, bug.title, bug.source);
  const tries = `${states} ${states === 1 ? "state" : "states"} tried`;
  if (failure === undefined) {
    out.write(`${indent}${verdict}: ${tries}\n`);
    return;
  }
  const [place, problem] = caseOf(failure);
  for (const line of wrapped(`${verdict} in ${place} · ${tries}`, INDENT)) out.write(`${indent}${line}\n`);
  for (const line of wrapped(problem, INDENT)) out.write(`${indent}${line}\n`);
  out.write(`${indent}${out.cyan(replayCommand(failure, bug.id))}\n`);
}

/** The case that caught a bug, in short. */
function caseOf({ workload, deaths, fault, rot, problem }: CrashFailure): [place: string, problem: string] {
  const [death] = deaths;
  const place: string[] = [];
  if (fault !== undefined) place.push(`call ${fault.call} (${fault.text}) is struck: ${fault.fault}`);
  else if (rot !== undefined)
    place.push(`after call ${death?.call ?? 0}, bit ${rot.bit} of byte ${rot.position} of ${rot.path} rots`);
  else if (death === undefined) place.push("without any fault");
  else {
    const state = death.outcome === undefined ? "killed" : `state ${outcomeText(death.outcome)}`;
    place.push(`after call ${death.call} (${death.text}), ${state}`);
  }
  return [`${workload}: ${place.join(", ")}`, problem];
}
