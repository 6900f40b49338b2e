import { parseCase } from "../../scenarios/case.ts";
import { topologyNamed } from "../../scenarios/catalogue.ts";
import { PlanError } from "../../scenarios/cluster.ts";
import type { Plan } from "../../scenarios/plan.ts";
import { parsePlan, PlanShapeError } from "../../scenarios/plan-schema.ts";
import { checkMachineNames } from "../../scenarios/world.ts";
import { UnknownModeError } from "../../topologies/shared-disk/switches.ts";
import type { OpenedRun } from "../run/run-session.ts";

/** Larger than any case: reading it would keep the page busy for seconds. */
export const LARGEST_FILE = 8 * 1024 * 1024;

/** A file that is no case or plan of this build. `reason` is the message that says so; `detail` names the place in it. */
export class FileRefusedError extends Error {
  override readonly name = "FileRefusedError";
  readonly reason: "too-large" | "no-json" | "no-case" | "no-topology" | "no-plan";
  readonly detail: string;

  constructor(reason: FileRefusedError["reason"], detail: string) {
    super(`${reason}: ${detail}`);
    this.reason = reason;
    this.detail = detail;
  }
}

/**
 * Reads a case that `faultline shrink` or this page has written, or a plan. Nothing of it is trusted.
 *
 * @param file what it is called
 * @throws FileRefusedError
 */
export function openFile(file: string, text: string): OpenedRun {
  if (text.length > LARGEST_FILE) throw new FileRefusedError("too-large", `${LARGEST_FILE / 1024 / 1024} MiB`);
  const content = parseJson(text);
  const opened = readContent(content);
  checkTopology(opened.plan);
  return { file, subject: { plan: opened.plan }, known: opened.known };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new FileRefusedError("no-json", error instanceof Error ? error.message : String(error));
  }
}

function readContent(content: unknown): { readonly plan: Plan; readonly known: OpenedRun["known"] } {
  try {
    if (typeof content === "object" && content !== null && "clients" in content) {
      return { plan: parsePlan(content), known: undefined };
    }
    const { plan, build, fingerprint } = parseCase(content);
    return { plan, known: { build, fingerprint } };
  } catch (error) {
    if (error instanceof PlanShapeError) throw new FileRefusedError("no-case", error.message);
    throw error;
  }
}

function checkTopology(plan: Plan): void {
  try {
    if (topologyNamed(plan.topology) === undefined) throw new FileRefusedError("no-topology", plan.topology);
    checkMachineNames(plan);
  } catch (error) {
    if (error instanceof UnknownModeError) throw new FileRefusedError("no-topology", plan.topology);
    if (error instanceof PlanError) throw new FileRefusedError("no-plan", error.message);
    throw error;
  }
}
