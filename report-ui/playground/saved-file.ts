import { CASE_SCHEMA, type Case } from "../../scenarios/case.ts";
import type { RunOutcome } from "../engine-room/messages.ts";

/** A file to be saved: its name and its text. */
export interface SavedFile {
  readonly name: string;
  readonly text: string;
}

/** A run as a file that `faultline replay` reads: a case when it violates something, else its plan alone. */
export function savedFile({ plan, build, fingerprint, verdict, findings }: RunOutcome): SavedFile {
  const { scenario, topology, seed } = plan;
  const name = `${[scenario, topology, String(seed)].join("-").replaceAll(/[^\w.-]+/g, "-")}.json`;
  const [finding] = findings;
  if (verdict !== "violated" || finding === undefined) return { name, text: toJson(plan) };
  const { kind, claim } = finding;
  const found: Case = {
    schema: CASE_SCHEMA,
    build,
    shows: { finding: kind, ...(claim === undefined ? {} : { claim }) },
    fingerprint,
    plan,
  };
  return { name, text: toJson(found) };
}

function toJson(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
