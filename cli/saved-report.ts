import { readSuiteReport, ReportFormatError, type SuiteReport } from "../report/suite-report.ts";
import { readTextFile } from "./read-text-file.ts";
import { UsageError } from "./usage-error.ts";

/** Where `faultline start` leaves its report, and where others look for one. */
export const REPORT_FOLDER = "out";
export const REPORT_JSON = "report.json";
export const REPORT_HTML = "report.html";

const HINT = "npm start writes one, or faultline run --reporter json=FILE";

/** Reads a report.json. @throws UsageError that names the file and says what is wrong with it */
export function readSavedReport(path: string): SuiteReport {
  const text = readTextFile("report", path, HINT);
  try {
    return readSuiteReport(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError) throw new UsageError(`report ${path} is not JSON: ${error.message}`, HINT);
    if (error instanceof ReportFormatError) throw new UsageError(`report ${path}: ${error.message}`, HINT);
    throw error;
  }
}
