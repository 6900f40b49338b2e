import { mergeReports, MergeError, type NamedReport } from "../../report/merge-reports.ts";
import type { SuiteReport } from "../../report/suite-report.ts";
import { parseArguments } from "../arguments.ts";
import { readBlob } from "../blob.ts";
import { exitCodeOf } from "../exit-code.ts";
import { ReporterSet } from "../reporters/reporter-set.ts";
import { casesAndModes, plural } from "../reporters/wording.ts";
import { UsageError } from "../usage-error.ts";
import type { Command } from "./command.ts";
import { conclude } from "./run.ts";

export const merge: Command = {
  name: "merge",
  summary: "join the blobs of all shards of a run, and judge them as one",
  usage: [
    "faultline merge BLOB...              the blobs of faultline run --shard I/N --blob FILE",
    "  --reporter NAME[=FILE]             list, dot, json, junit or github; several may be given",
    "exit codes: those of faultline run",
  ],

  run(words, context) {
    const { lists, words: paths } = parseArguments(
      "merge",
      words,
      { reporter: { type: "string", multiple: true } },
      Infinity,
    );
    if (paths.length === 0) throw new UsageError("faultline merge: which blobs?", "give the blobs of all shards");
    const reporters = new ReporterSet(lists["reporter"] ?? [], context.out);
    const report = join(paths.map(readBlob));
    const shards = plural(paths.length, "shard");
    const build = `build ${report.build}`;
    const [only] = report.entries;
    const cases = report.entries.filter((entry) => entry.case !== null).length;
    if (report.suite === null && only !== undefined) {
      reporters.begin({ name: only.scenario, details: [only.topology, shards, build] });
    } else {
      reporters.begin({
        name: `suite ${report.suite ?? ""}`,
        details: [casesAndModes(cases, report.entries.length - cases), shards, build],
      });
    }
    return Promise.resolve(conclude(reporters.end(report), exitCodeOf(report), context));
  },
};

function join(parts: readonly NamedReport[]): SuiteReport {
  try {
    return mergeReports(parts);
  } catch (error) {
    if (error instanceof MergeError) throw new UsageError(`faultline merge: ${error.message}`);
    throw error;
  }
}
