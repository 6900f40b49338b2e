import { readFileSync } from "node:fs";
import { readSuiteReport, ReportFormatError, type SuiteReport } from "../report/suite-report.ts";
import { UsageError } from "./usage-error.ts";

/** Where `faultline start` leaves its report, and where others look for one. */
export const REPORT_FOLDER = "out";
export const REPORT_JSON = "report.json";
export const REPORT_HTML = "report.html";

const HINT = "npm start writes one, or faultline run --reporter json=FILE";

/** Reads a report.json. @throws UsageError that names the file and says what is wrong with it */
export function readSavedReport(path: string): SuiteReport {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const what = code === "ENOENT" ? "there is no such file" : message;
    throw new UsageError(`report ${path} cannot be read: ${what}`, HINT);
  }
  try {
    return readSuiteReport(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError) throw new UsageError(`report ${path} is not JSON: ${error.message}`, HINT);
    if (error instanceof ReportFormatError) throw new UsageError(`report ${path}: ${error.message}`, HINT);
    throw error;
  }
}
