import { readFileSync } from "node:fs";
import { CASE_SCHEMA, expectationOf, parseCase, type Case } from "../scenarios/case.ts";
import { PlanShapeError } from "../scenarios/plan-schema.ts";
import { topologies } from "../scenarios/catalogue.ts";
import { oneOf } from "./arguments.ts";
import type { Subject } from "./commands/replay-plan.ts";
import { UsageError } from "./usage-error.ts";

const LARGEST_FILE = 256 * 1024 * 1024;

/** Whether a word names a case file rather than a scenario. */
export function isCaseFile(word: string): boolean {
  return word.endsWith(".json");
}

/** Reads a case that `faultline shrink` has written. @throws UsageError that says what is wrong with the file */
export function readCase(path: string): Case {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw new UsageError(`case ${path} cannot be read: ${code === "ENOENT" ? "there is no such file" : String(code)}`);
  }
  if (text.length > LARGEST_FILE) throw new UsageError(`case ${path} is too large to be one`);
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`case ${path} is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  try {
    const found = parseCase(content);
    oneOf("topology", found.plan.topology, topologies);
    return found;
  } catch (error) {
    if (!(error instanceof PlanShapeError)) throw error;
    const hint = `a case of this build has "schema": ${CASE_SCHEMA}; faultline shrink writes one`;
    throw new UsageError(`case ${path}: ${error.message}`, hint);
  }
}

/** The run of a case. */
export function caseSubject(path: string, found: Case): Subject {
  return { plan: found.plan, name: `case ${path}`, expectation: expectationOf(found) };
}
