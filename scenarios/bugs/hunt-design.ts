import type { Drain } from "../../host/drain.ts";
import type { Topology } from "../../topologies/topology.ts";
import { scenarios } from "../catalogue.ts";
import { drawPlan } from "../draw-plan.ts";
import { runPlan } from "../run-plan.ts";
import type { FindingKind } from "../scenario.ts";
import type { PlantedDesignBug } from "./planted-bug.ts";

/** The first run in which a bug shows. */
export interface DesignCatch {
  readonly seed: number;
  /** What was found, each kind once. */
  readonly findings: readonly FindingKind[];
}

export interface DesignHunt {
  /** Undefined when no run shows it. */
  readonly found: DesignCatch | undefined;
  /** Seeds tried, the last included. */
  readonly tried: number;
}

/**
 * Runs one seed after the other until the bug shows.
 *
 * @param topology what to run instead: the design without the bug, which must raise no alarm
 * @param onProgress told after each seed; true ends the hunt early
 */
export async function huntInDesign(
  { topology: planted, hunt }: Pick<PlantedDesignBug, "topology" | "hunt">,
  drain: Drain,
  topology: Topology = planted,
  onProgress: (tried: number) => boolean = () => false,
): Promise<DesignHunt> {
  const scenario = scenarios.get(hunt.scenario);
  if (scenario === undefined) throw new TypeError(`no scenario '${hunt.scenario}'`);
  for (let seed = 1; seed <= hunt.seeds; seed++) {
    const report = await runPlan(drawPlan(scenario, topology.id, seed), { drain, topology });
    if (report.verdict === "violated" || report.verdict === "failed") {
      const kinds = report.findings.map(({ kind }) => kind);
      return { found: { seed, findings: [...new Set(kinds)] }, tried: seed };
    }
    if (onProgress(seed)) return { found: undefined, tried: seed };
  }
  return { found: undefined, tried: hunt.seeds };
}
