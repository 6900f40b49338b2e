import { expectationOf, parseCase, type Case } from "./case.ts";
import lostWrite from "./cases/lost-acknowledged-write.json" with { type: "json" };
import staleHandle from "./cases/stale-handle.json" with { type: "json" };
import staleLocalRead from "./cases/stale-local-read.json" with { type: "json" };
import staleManifest from "./cases/stale-manifest.json" with { type: "json" };
import vanishingTable from "./cases/vanishing-table.json" with { type: "json" };
import type { SuiteCase } from "./suite.ts";

/** The cases in `scenarios/cases/`, by the path of their file: what was worth keeping of seeds that violated. */
const KEPT: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ["scenarios/cases/vanishing-table.json", vanishingTable],
  ["scenarios/cases/stale-handle.json", staleHandle],
  ["scenarios/cases/stale-manifest.json", staleManifest],
  ["scenarios/cases/stale-local-read.json", staleLocalRead],
  ["scenarios/cases/lost-acknowledged-write.json", lostWrite],
]);

/** Every kept case, by the path of its file. @throws PlanShapeError when a file is none that this build can read */
export function keptCases(): Map<string, Case> {
  return new Map([...KEPT].map(([source, content]) => [source, parseCase(content)]));
}

/** The same as a suite runs them. */
export function suiteCases(): SuiteCase[] {
  return [...keptCases()].map(([source, found]) => ({ source, plan: found.plan, expectation: expectationOf(found) }));
}
