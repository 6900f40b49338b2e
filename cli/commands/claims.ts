import { availableParallelism } from "node:os";
import { languages } from "../../report/messages/render.ts";
import type { Claim } from "../../scenarios/claims/claim.ts";
import { entriesFor } from "../../scenarios/claims/entries-for.ts";
import { ledger } from "../../scenarios/claims/ledger.ts";
import { oneOf, parseArguments, wholeNumber } from "../arguments.ts";
import { exitCodeOf, ExitCode } from "../exit-code.ts";
import { printNeeds } from "../print-claims.ts";
import { ReporterSet } from "../reporters/reporter-set.ts";
import { MOST_SEEDS, requestSuite } from "../run-options.ts";
import { seedsToRun } from "../suite-run.ts";
import { UsageError } from "../usage-error.ts";
import type { Command } from "./command.ts";
import { conclude, runSuite } from "./run.ts";

export const claims: Command = {
  name: "claims",
  summary: "show what each claim of the document rests on, or run that and judge it",
  usage: [
    "faultline claims [ID...]        which figures of which runs judge each claim, or all of them",
    "  --lang zh-CN                  in Simplified Chinese",
    "faultline claims ID... --run    run what they rest on, and say what it comes to",
    "  --seeds N                     as many seeds of each scenario on each topology; fewer than a claim",
    "                                needs leave it undecided",
    "  --workers N                   so many threads; one for each processor by default",
    "  --reporter NAME[=FILE]        list, dot, json, junit or github; several may be given",
    "exit codes: those of faultline run",
  ],

  async run(words, context) {
    const parsed = parseArguments(
      "claims",
      words,
      {
        run: { type: "boolean" },
        seeds: { type: "string" },
        workers: { type: "string" },
        lang: { type: "string" },
        reporter: { type: "string", multiple: true },
      },
      Infinity,
    );
    const { run, ...rest } = parsed.values;
    const values = rest as Record<string, string | undefined>;
    const { lang = "en", seeds, workers } = values;
    const language = languages.find((each) => each === lang);
    if (language === undefined) {
      throw new UsageError(`--lang: no language '${lang}'`, `valid: ${languages.join(", ")}`);
    }
    const chosen = parsed.words.map((id) => oneOf("claim", id, ledger));
    const asked = chosen.length === 0 ? [...ledger.values()] : [...new Set(chosen)];
    if (run !== true) {
      const given = ["seeds", "workers"].find((option) => values[option] !== undefined);
      if (given !== undefined) throw new UsageError(`faultline claims: --${given} says nothing without --run`);
      printNeeds(context.out, asked, language);
      return ExitCode.AS_EXPECTED;
    }
    const reporters = new ReporterSet(parsed.lists["reporter"] ?? [], context.out, language);
    const count = seeds === undefined ? null : wholeNumber("seeds", seeds, 1, MOST_SEEDS);
    const lanes = workers === undefined ? availableParallelism() : wholeNumber("workers", workers, 1, 256);
    const request = requestClaims(asked, count);
    const report = await runSuite(
      { ...request, workers: Math.max(1, Math.min(lanes, seedsToRun(request))) },
      reporters,
      context,
    );
    return conclude(reporters.end(report), exitCodeOf(report), context);
  },
};

/** A suite of all that claims rest on, and nothing else. */
function requestClaims(asked: readonly Claim[], seeds: number | null): ReturnType<typeof requestSuite> {
  const suite = { name: "claims", summary: "", entries: entriesFor(asked), cases: [] };
  const options = { seeds, firstSeed: 1, time: null, bail: false, topology: null };
  return { ...requestSuite(suite, options, undefined), claims: asked };
}
