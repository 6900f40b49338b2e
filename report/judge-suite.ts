import type { JudgedClaim } from "../scenarios/claims/judge-claim.ts";
import type { SuiteReport, SuiteReportEntry } from "./suite-report.ts";

/**
 * What a whole suite came to. A run that failed, or that went differently the second time, outweighs all: what the others
 * say cannot be trusted then.
 */
export function judgeSuite(
  entries: readonly SuiteReportEntry[],
  claims: readonly JudgedClaim[],
  ended: SuiteReport["ended"],
): SuiteReport["verdict"] {
  if (entries.some(({ counts, nondeterministic }) => counts.verdicts.failed > 0 || nondeterministic.length > 0)) {
    return "failed";
  }
  if (entries.some(({ agreement }) => agreement === "missed") || claims.some(isUnexpectedClaim)) return "unexpected";
  if (ended === "interrupted" || entries.some(({ agreement }) => agreement === "undecided")) return "undecided";
  if (claims.some(({ expected, verdict }) => expected !== undefined && verdict === "undecided")) return "undecided";
  return "as-expected";
}

/** Whether runs came to a verdict that is not the one expected of them. A claim of which none is expected cannot be. */
export function isUnexpectedClaim({ expected, verdict }: Pick<JudgedClaim, "expected" | "verdict">): boolean {
  return expected !== undefined && verdict !== "undecided" && verdict !== expected;
}

/** Whether nothing is open but what the other shards will decide. */
export function awaitsOtherShards({ verdict, ended, entries }: SuiteReport): boolean {
  // A shard's claims are all open for this reason alone.
  if (verdict !== "undecided" || ended === "interrupted") return false;
  return entries.every(({ problems }) => problems.every(({ kind }) => kind === "one-shard-only"));
}
