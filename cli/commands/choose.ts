import { scenarios, topologies, topologyNamed } from "../../scenarios/catalogue.ts";
import type { Expectation, Scenario } from "../../scenarios/scenario.ts";
import { UnknownModeError } from "../../topologies/shared-disk/switches.ts";
import { oneOf } from "../arguments.ts";
import { seedReplay } from "../../report/replay-command.ts";
import { build } from "../build.ts";
import { loadScenario } from "../load-scenario.ts";
import { UsageError } from "../usage-error.ts";

/** The largest seed: what a person can still read out, and exact in a number. */
export const MAX_SEED = 999_999_999_999;

export interface Choice {
  readonly scenario: Scenario;
  /** How the scenario was named: its name, or the path of its file as it was typed. */
  readonly word: string;
  readonly topology: string;
  readonly expectation: Expectation;
}

/**
 * The scenario and topology that a command names; without a topology, the one that the scenario is about. The scenario may
 * be a user's own, named by the path of its file.
 *
 * @throws UsageError that lists what there is, or says what is wrong with the file
 */
export async function chooseAny(
  command: string,
  nameOrPath: string | undefined,
  topology: string | undefined,
): Promise<Choice> {
  const word = named(command, nameOrPath);
  return chooseTopology(await loadScenario(word), word, topology);
}

function named(command: string, name: string | undefined): string {
  if (name !== undefined) return name;
  throw new UsageError(`faultline ${command}: which scenario?`, `valid: ${[...scenarios.keys()].join(", ")}`);
}

function chooseTopology(scenario: Scenario, word: string, topology: string | undefined): Choice {
  const chosen = topology ?? [...scenario.expectations.keys()][0] ?? "";
  checkTopology(chosen);
  // Where a scenario foresees nothing, a design should keep what it promises.
  const expectation = scenario.expectations.get(chosen) ?? { kind: "holds" };
  return { scenario, word, topology: chosen, expectation };
}

/** @throws UsageError when there is no topology of that id, nor a mode that it spells out */
function checkTopology(id: string): void {
  try {
    if (topologyNamed(id) !== undefined) return;
  } catch (error) {
    if (!(error instanceof UnknownModeError)) throw error;
    throw new UsageError(`--topology: ${error.message}`);
  }
  oneOf("topology", id, topologies);
}

/** The command that replays a seed. @param word how the scenario is named: its name, or the path of its file */
export function replayCommand(word: string, topology: string, seed: number): string {
  return seedReplay(word, topology, seed, build);
}
