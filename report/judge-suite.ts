import type { SuiteReport, SuiteReportEntry } from "./suite-report.ts";

/**
 * What a whole suite came to. A run that failed, or that went differently the second time, outweighs all: what the others
 * say cannot be trusted then.
 */
export function judgeSuite(entries: readonly SuiteReportEntry[], ended: SuiteReport["ended"]): SuiteReport["verdict"] {
  if (entries.some(({ counts, nondeterministic }) => counts.verdicts.failed > 0 || nondeterministic.length > 0)) {
    return "failed";
  }
  if (entries.some(({ agreement }) => agreement === "missed")) return "unexpected";
  if (ended === "interrupted" || entries.some(({ agreement }) => agreement === "undecided")) return "undecided";
  return "as-expected";
}

/** Whether nothing is open but what the other shards will decide. */
export function awaitsOtherShards({ verdict, ended, entries }: SuiteReport): boolean {
  if (verdict !== "undecided" || ended === "interrupted") return false;
  return entries.every(({ problems }) => problems.every(({ kind }) => kind === "one-shard-only"));
}
