import { existsSync, readFileSync, statSync } from "node:fs";
import { CASE_SCHEMA, expectationOf, parseCase, type Case } from "../scenarios/case.ts";
import { scenarios, topologies } from "../scenarios/catalogue.ts";
import { PlanError } from "../scenarios/cluster.ts";
import { keptCases } from "../scenarios/kept-cases.ts";
import type { Plan } from "../scenarios/plan.ts";
import { parsePlan, PlanShapeError } from "../scenarios/plan-schema.ts";
import { checkMachineNames } from "../scenarios/world.ts";
import { oneOf } from "./arguments.ts";
import type { Subject } from "./commands/replay-plan.ts";
import { UsageError } from "./usage-error.ts";

const LARGEST_FILE = 256 * 1024 * 1024;

/** Whether a word names a case file rather than a scenario. */
export function isCaseFile(word: string): boolean {
  return word.endsWith(".json");
}

/** A run that a file has: a case that `faultline shrink` has written, or a plan that `faultline replay --plan` printed. */
export interface FileSubject extends Subject {
  /** The build that wrote a case; undefined of a plan. */
  readonly build: string | undefined;
}

/** Reads a case or plan. @throws UsageError that says what is wrong with the file */
export function readSubject(path: string): FileSubject {
  // An installed package has its cases within itself.
  const kept = existsSync(path) ? undefined : keptCases().get(path);
  if (kept !== undefined) return caseSubject(path, kept);
  const content = readJson(path);
  try {
    const subject = isPlan(content) ? planSubject(path, parsePlan(content)) : caseSubject(path, parseCase(content));
    oneOf("topology", subject.plan.topology, topologies);
    checkMachineNames(subject.plan);
    return subject;
  } catch (error) {
    if (error instanceof PlanError) throw new UsageError(`case ${path}: ${error.message}`);
    if (!(error instanceof PlanShapeError)) throw error;
    const hint = `a case of this build has "schema": ${CASE_SCHEMA}; faultline shrink writes one`;
    throw new UsageError(`case ${path}: ${error.message}`, hint);
  }
}

/** The run of a case. */
export function caseSubject(path: string, found: Case): FileSubject {
  return { plan: found.plan, name: `case ${path}`, expectation: expectationOf(found), build: found.build };
}

function planSubject(path: string, plan: Plan): FileSubject {
  const expectation = scenarios.get(plan.scenario)?.expectations.get(plan.topology) ?? { kind: "holds" };
  return { plan, name: `plan ${path}`, expectation, build: undefined };
}

function isPlan(content: unknown): boolean {
  return typeof content === "object" && content !== null && "clients" in content;
}

function readJson(path: string): unknown {
  let text: string;
  try {
    if (statSync(path).size > LARGEST_FILE) throw new UsageError(`case ${path} is too large to be one`);
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const { code = "" } = error as NodeJS.ErrnoException;
    throw new UsageError(`case ${path} cannot be read: ${code === "ENOENT" ? "there is no such file" : code}`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`case ${path} is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}
