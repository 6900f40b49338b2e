import { scenarios, topologies } from "../../scenarios/catalogue.ts";
import { modesOf } from "../../scenarios/suite.ts";
import { suites } from "../../scenarios/suites.ts";
import { expectationText } from "../reporters/wording.ts";
import { parseArguments } from "../arguments.ts";
import { ExitCode } from "../exit-code.ts";
import type { Command } from "./command.ts";

export const list: Command = {
  name: "list",
  summary: "show the suites, scenarios and topologies there are",
  usage: ["faultline list"],

  run(words, { out }) {
    parseArguments("list", words, {}, 0);
    const names = [...suites.keys(), ...scenarios.keys(), ...topologies.keys()];
    const width = Math.max(...names.map((name) => name.length));
    out.write(`${out.bold("suites")}\n`);
    for (const suite of suites.values()) {
      const modes = modesOf(suite, scenarios);
      const seeds = modes.reduce((sum, mode) => sum + mode.seeds, 0);
      out.write(`  ${suite.name.padEnd(width)}  ${suite.summary}\n`);
      out.write(out.dim(`  ${"".padEnd(width)}  ${modes.length} modes, ${suite.cases.length} cases, ${seeds} seeds\n`));
    }
    out.write(`\n${out.bold("scenarios")}\n`);
    for (const scenario of scenarios.values()) {
      out.write(`  ${scenario.name.padEnd(width)}  ${scenario.summary}\n`);
      for (const [topology, expectation] of scenario.expectations) {
        const foreseen = expectationText(expectation);
        out.write(out.dim(`  ${"".padEnd(width)}  on ${topology}: ${foreseen}\n`));
      }
    }
    out.write(`\n${out.bold("topologies")}\n`);
    for (const topology of topologies.values()) out.write(`  ${topology.id.padEnd(width)}  ${topology.summary}\n`);
    return Promise.resolve(ExitCode.AS_EXPECTED);
  },
};
