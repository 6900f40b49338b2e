import { scenarios, topologies } from "../../scenarios/catalogue.ts";
import type { Expectation, Scenario } from "../../scenarios/scenario.ts";
import { oneOf } from "../arguments.ts";
import { build } from "../build.ts";
import type { Terminal } from "../terminal.ts";
import { UsageError } from "../usage-error.ts";

/** The largest seed: what a person can still read out, and exact in a number. */
export const MAX_SEED = 999_999_999_999;

export interface Choice {
  readonly scenario: Scenario;
  readonly topology: string;
  readonly expectation: Expectation;
}

/**
 * The scenario and topology that a command names; without a topology, the one that the scenario is about.
 *
 * @throws UsageError that lists what there is
 */
export function choose(command: string, name: string | undefined, topology: string | undefined): Choice {
  if (name === undefined) {
    throw new UsageError(`faultline ${command}: which scenario?`, `valid: ${[...scenarios.keys()].join(", ")}`);
  }
  const scenario = oneOf("scenario", name, scenarios);
  const chosen = topology ?? [...scenario.expectations.keys()][0] ?? "";
  oneOf("topology", chosen, topologies);
  const expectation = scenario.expectations.get(chosen);
  if (expectation === undefined) {
    const valid = [...scenario.expectations.keys()].join(", ");
    throw new UsageError(`scenario ${scenario.name} does not run on ${chosen}`, `valid topologies for it: ${valid}`);
  }
  return { scenario, topology: chosen, expectation };
}

/** Prints the command that replays a seed, on a line of its own so that it can be taken whole. */
export function printReplayLine(out: Terminal, { scenario, topology }: Choice, seed: number): void {
  const command = `npx faultline replay ${scenario.name} --topology ${topology} --seed ${seed} --build ${build}`;
  out.write(`\nreplay:\n  ${out.cyan(command)}\n`);
}
