import { outcomeText } from "../../scenarios/crash/describe-outcome.ts";
import type { CrashFailure, PlaceOfDeath } from "../../scenarios/crash/explore.ts";
import { MAX_WIDTH, type Terminal } from "../terminal.ts";

export const DEFAULT_SEED = 1;

/** Cuts a text between words into lines that leave room for so many columns before them. */
export function wrapped(text: string, indent: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > MAX_WIDTH - indent) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}

/** A failure of a crash exploration, as people read it. */
export function failureLines(out: Terminal, failure: CrashFailure): string[] {
  const { workload, model, seed, deaths, fault, rot, problem } = failure;
  const lines = ["", `  ${out.red("violated")}  ${workload}, ${model}, seed ${seed}`];
  if (fault !== undefined) lines.push(`    call ${fault.call} (${fault.text}) is struck: ${fault.fault}`);
  deaths.forEach(({ call, text, outcome }, index) => {
    const where = index === 0 ? "after" : "in the recovery, after";
    const how = outcome === undefined ? "the process is killed" : `the power is cut, state ${outcomeText(outcome)}`;
    lines.push(`    ${where} call ${call} (${text}) ${rot === undefined ? how : "all is durable"}`);
  });
  if (rot !== undefined) lines.push(`    bit ${rot.bit} of byte ${rot.position} of ${rot.path} rots`);
  lines.push(...wrapped(problem, 4).map((line) => `    ${line}`));
  return lines;
}

/** The command that tries a failing case again. */
export function replayCommand(failure: CrashFailure, bug?: string): string {
  const { workload, model, seed, deaths, fault, rot } = failure;
  const words = ["npx faultline crash", `--workload ${workload}`];
  if (model !== "strict") words.push(`--model ${model}`);
  if (seed !== DEFAULT_SEED) words.push(`--seed ${seed}`);
  const [first, second] = deaths;
  if (fault !== undefined) {
    words.push(`--fault ${fault.call}:${fault.fault}`);
  } else if (rot !== undefined && first !== undefined) {
    words.push(`--point ${first.call}`, `--rot ${rot.path}:${rot.position}:${rot.bit}`);
  } else if (first !== undefined) {
    words.push(`--point ${first.call}`, `--state ${stateText(first)}`);
    if (second !== undefined) words.push(`--then ${second.call}:${stateText(second)}`);
  }
  if (bug !== undefined) words.push(`--bug ${bug}`);
  return words.join(" ");
}

function stateText({ outcome }: Pick<PlaceOfDeath, "outcome">): string {
  return outcome === undefined ? "kill" : outcomeText(outcome);
}
