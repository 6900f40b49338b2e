import { join } from "node:path";
import { parseArguments } from "../arguments.ts";
import { ExitCode } from "../exit-code.ts";
import { openCommand } from "../open-command.ts";
import { writeOutput } from "../output-file.ts";
import { reportPage } from "../report-page.ts";
import { readSavedReport, REPORT_FOLDER, REPORT_HTML, REPORT_JSON } from "../saved-report.ts";
import type { Command } from "./command.ts";

export const report: Command = {
  name: "report",
  summary: "make the page of a saved report: one file that opens anywhere, offline",
  usage: [
    `faultline report [REPORT.json]   of ${REPORT_FOLDER}/${REPORT_JSON} by default`,
    `  --out FILE                     ${REPORT_FOLDER}/${REPORT_HTML} by default`,
  ],

  run(words, { out }) {
    const { values, words: given } = parseArguments("report", words, { out: { type: "string" } }, 1);
    const saved = readSavedReport(given[0] ?? join(REPORT_FOLDER, REPORT_JSON));
    const target = typeof values["out"] === "string" ? values["out"] : join(REPORT_FOLDER, REPORT_HTML);
    const page = reportPage(saved);
    writeOutput(target, page);
    out.write(`${target}, ${(page.length / 1e6).toFixed(2)} MB, build ${saved.build}\n\n`);
    out.write(`open:  ${out.cyan(openCommand(target))}\n`);
    return Promise.resolve(ExitCode.AS_EXPECTED);
  },
};
