import type { Drain } from "../host/drain.ts";
import { scenarios } from "./catalogue.ts";
import { drawPlan } from "./draw-plan.ts";
import { runPlan } from "./run-plan.ts";

/** A scenario, a topology and a seed, and the fingerprint that their run left. */
export interface SeedFingerprint {
  readonly scenario: string;
  readonly topology: string;
  readonly seed: number;
  readonly fingerprint: string;
}

/**
 * The runs by which two engines are compared: seeds 1 to `seeds`, dealt out in turn to every scenario on every topology
 * that it runs on.
 */
export function fingerprintRuns(seeds: number): Omit<SeedFingerprint, "fingerprint">[] {
  const pairs = [...scenarios.values()].flatMap((scenario) =>
    [...scenario.expectations.keys()].map((topology) => ({ scenario: scenario.name, topology })),
  );
  return Array.from({ length: seeds }, (_, index) => {
    const pair = pairs[index % pairs.length];
    if (pair === undefined) throw new RangeError("there are no scenarios");
    return { ...pair, seed: index + 1 };
  });
}

/** Carries out one of the runs. */
export async function fingerprintOf(
  drain: Drain,
  { scenario: name, topology, seed }: Omit<SeedFingerprint, "fingerprint">,
): Promise<string> {
  const scenario = scenarios.get(name);
  if (scenario === undefined) throw new RangeError(`unknown scenario ${name}`);
  const { fingerprint, nodeDigest } = await runPlan(drawPlan(scenario, topology, seed), { drain });
  return `${fingerprint} · ${nodeDigest}`;
}

/** A line for each of the runs, so that two engines' lists can be compared as text. */
export async function fingerprints(drain: Drain, seeds: number): Promise<string[]> {
  const lines: string[] = [];
  for (const one of fingerprintRuns(seeds)) {
    lines.push(`${one.scenario} ${one.topology} ${one.seed} ${await fingerprintOf(drain, one)}`);
  }
  return lines;
}
