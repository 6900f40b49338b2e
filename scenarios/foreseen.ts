import type { Expectation, FindingKind } from "./scenario.ts";

const HOLDS: Expectation = { kind: "holds" };

/** Topologies that keep what they promise. */
export function hold(...topologies: readonly string[]): [topology: string, expectation: Expectation][] {
  return topologies.map((topology) => [topology, HOLDS]);
}

/** What must be seen of a mode within so many seeds, and what may be seen as well. */
export function violates(
  finding: FindingKind,
  claim: string,
  withinSeeds: number,
  ...also: readonly FindingKind[]
): Expectation {
  return { kind: "violates", finding, claim, withinSeeds, also };
}
