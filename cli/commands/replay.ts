import { languages, type Language } from "../../report/messages/render.ts";
import { drawPlan } from "../../scenarios/draw-plan.ts";
import { parseArguments, wholeNumber } from "../arguments.ts";
import { build } from "../build.ts";
import { ExitCode } from "../exit-code.ts";
import { isCaseFile, readSubject } from "../read-case.ts";
import { parseMoment } from "../moment.ts";
import { UsageError } from "../usage-error.ts";
import { chooseAny, MAX_SEED } from "./choose.ts";
import type { Command, CommandContext } from "./command.ts";
import { replayPlan, type Subject, type View } from "./replay-plan.ts";

export const replay: Command = {
  name: "replay",
  summary: "run one seed or saved case again, and show how its violation came about",
  usage: [
    "faultline replay SCENARIO [--topology T] --seed S   the violation's causal past, 40 lines of it",
    "faultline replay CASE.json                          the same of a saved case or plan",
    "  --all          the whole run, clients included",
    "  --host NAME    one machine only",
    "  --from TIME    from that moment on, such as 1.5ms or 2s",
    "  --to TIME      up to that moment",
    "  --finding KIND the finding to explain, when there are several kinds",
    "  --lang LANG    en or zh-CN",
    "  --plan         print the plan as JSON, and run nothing",
    "  --history FILE save what clients saw, for faultline check: a JSON line for each entry",
    "  --build HASH   the build that found the seed: warns when this is another",
  ],

  async run(words, context) {
    const parsed = parseArguments(
      "replay",
      words,
      {
        topology: { type: "string" },
        seed: { type: "string" },
        all: { type: "boolean" },
        plan: { type: "boolean" },
        history: { type: "string" },
        host: { type: "string" },
        from: { type: "string" },
        to: { type: "string" },
        finding: { type: "string" },
        lang: { type: "string" },
        build: { type: "string" },
      },
      1,
    );
    const {
      topology,
      seed,
      host,
      from,
      to,
      lang,
      finding,
      history,
      build: foundBy,
    } = parsed.values as Record<string, string | undefined>;
    const subject = await subjectOf(parsed.words[0], topology, seed, context);
    const language = lang ?? "en";
    if (!languages.includes(language as Language)) {
      throw new UsageError(`--lang: no language '${language}'`, `valid: ${languages.join(", ")}`);
    }
    const view: View = {
      all: parsed.values["all"] === true,
      host,
      from: from === undefined ? undefined : parseMoment("from", from),
      to: to === undefined ? undefined : parseMoment("to", to),
      language: language as Language,
      finding,
      history,
    };
    if (view.from !== undefined && view.to !== undefined && view.from > view.to) {
      throw new UsageError("--from is later than --to");
    }
    if (parsed.values["plan"] === true) {
      context.out.write(`${JSON.stringify(subject.plan, undefined, 2)}\n`);
      return ExitCode.AS_EXPECTED;
    }
    if (foundBy !== undefined) noteOtherBuild(foundBy, "the seed was found by", context);
    return replayPlan(subject, view, context);
  },
};

/** The run that the words name. @throws UsageError */
async function subjectOf(
  word: string | undefined,
  topology: string | undefined,
  seed: string | undefined,
  context: CommandContext,
): Promise<Subject> {
  if (word !== undefined && isCaseFile(word)) {
    for (const [option, value] of [["topology", topology] as const, ["seed", seed] as const]) {
      if (value !== undefined) throw new UsageError(`--${option}: a case has its own`);
    }
    const subject = readSubject(word);
    if (subject.build !== undefined) noteOtherBuild(subject.build, "the case was written by", context);
    return subject;
  }
  const choice = await chooseAny("replay", word, topology);
  if (seed === undefined) throw new UsageError("faultline replay: which seed?", "give it as --seed S");
  const { scenario, expectation } = choice;
  const plan = drawPlan(scenario, choice.topology, wholeNumber("seed", seed, 0, MAX_SEED));
  return { plan, name: `seed ${seed}`, expectation };
}

function noteOtherBuild(other: string, how: string, { err }: CommandContext): void {
  if (build.startsWith(other.slice(0, build.length))) return;
  err.write(`${err.yellow("note:")} this is build ${build}, ${how} ${other}; it may run differently\n`);
}
