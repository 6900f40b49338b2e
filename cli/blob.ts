import { createHash } from "node:crypto";
import * as v from "valibot";
import type { NamedReport } from "../report/merge-reports.ts";
import { readSuiteReport, ReportFormatError, type SuiteReport } from "../report/suite-report.ts";
import { writeOutput } from "./output-file.ts";
import { readTextFile } from "./read-text-file.ts";
import { UsageError } from "./usage-error.ts";

const BLOB_FORMAT = "faultline-blob";

/** A shard's report, sealed: one that was cut short or changed is told from one that was not. */
const blobSchema = v.strictObject({ format: v.literal(BLOB_FORMAT), sum: v.string(), report: v.unknown() });

/** Writes a shard's report for `faultline merge`. @throws OutputError */
export function writeBlob(path: string, report: SuiteReport): void {
  writeOutput(path, `${JSON.stringify({ format: BLOB_FORMAT, sum: sumOf(report), report })}\n`);
}

/** Reads a shard's report. @throws UsageError that names the file and says what is wrong with it */
export function readBlob(path: string): NamedReport {
  const text = readTextFile("blob", path);
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    const what = text.startsWith(`{"format":"${BLOB_FORMAT}"`) ? "it is cut short or damaged" : "it is no blob";
    throw foreign(path, what);
  }
  const parsed = v.safeParse(blobSchema, content);
  if (!parsed.success) throw foreign(path, "it is no blob");
  if (parsed.output.sum !== sumOf(parsed.output.report)) throw foreign(path, "it was changed since it was written");
  try {
    return { name: path, report: readSuiteReport(parsed.output.report) };
  } catch (error) {
    if (!(error instanceof ReportFormatError)) throw error;
    throw foreign(path, error.message);
  }
}

function foreign(path: string, what: string): UsageError {
  return new UsageError(`blob ${path}: ${what}`, "blobs are written by faultline run --shard I/N --blob FILE");
}

function sumOf(report: unknown): string {
  return createHash("sha256").update(JSON.stringify(report)).digest("hex");
}
