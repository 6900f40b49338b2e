import type { Expectation, FindingKind } from "../scenario.ts";

/** What replicas that nothing protects may show in any scenario in which the primary writes. */
const UNPROTECTED: readonly FindingKind[] = [
  "table-vanished",
  "table-stale",
  "stale-version",
  "unflushed-read",
  // With ESTALE: a replica that was reading CURRENT while the primary put another in its place.
  "read-refused",
];

/** A scenario shows a finding on a mode whose replicas nothing protects, and may show what comes of that elsewhere too. */
export function foresees(finding: FindingKind, claim: string, withinSeeds: number): Expectation {
  return { kind: "violates", finding, claim, withinSeeds, also: UNPROTECTED.filter((kind) => kind !== finding) };
}
