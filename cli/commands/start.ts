import { scenarios } from "../../scenarios/catalogue.ts";
import { drawPlan } from "../../scenarios/draw-plan.ts";
import { parseArguments } from "../arguments.ts";
import { ExitCode, exitCodeOf } from "../exit-code.ts";
import { ReporterSet } from "../reporters/reporter-set.ts";
import { worstSeed } from "../reporters/wording.ts";
import { requestScenario } from "../run-options.ts";
import { choose, printReplayLine } from "./choose.ts";
import type { Command } from "./command.ts";
import { DEFAULT_VIEW, replayPlan } from "./replay-plan.ts";
import { runSuite } from "./run.ts";

const SEEDS = 100;

/** The main job: show, in one go, what the testbed is for. */
export const start: Command = {
  name: "start",
  summary: "catch the document's compaction race, and show how it came about",
  usage: ["faultline start"],

  async run(words, context) {
    parseArguments("start", words, {}, 0);
    const { out } = context;
    const [first] = scenarios.keys();
    const choice = choose("start", first, undefined);
    const options = { seeds: SEEDS, firstSeed: 1, time: null, bail: false, topology: null };
    const reporters = new ReporterSet(["list"], out);
    const report = await runSuite(await requestScenario(choice, options, undefined), reporters, context);
    reporters.end(report);
    const exitCode = exitCodeOf(report);
    const [entry] = report.entries;
    const seed = entry === undefined ? undefined : worstSeed(entry);
    if (seed === undefined || context.interrupted.aborted) return exitCode;
    out.write("\n");
    const plan = drawPlan(choice.scenario, choice.topology, seed);
    const subject = { plan, name: `seed ${seed}`, expectation: choice.expectation };
    const replayed = await replayPlan(subject, DEFAULT_VIEW, context);
    if (replayed !== ExitCode.VIOLATION) return replayed === ExitCode.AS_EXPECTED ? ExitCode.INTERNAL : replayed;
    printReplayLine(out, choice, seed);
    return exitCode;
  },
};
