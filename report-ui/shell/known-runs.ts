import type { SuiteReport } from "../../report/suite-report.ts";
import type { KnownRun } from "../run/run-session.ts";

/** What a report says a seed came to; undefined where it does not list it. */
export function knownRunOf(
  report: SuiteReport | undefined,
  { scenario, topology, seed }: { readonly scenario: string; readonly topology: string; readonly seed: number },
): KnownRun | undefined {
  if (report === undefined) return undefined;
  const entry = report.entries.find(
    (each) => each.case === null && each.scenario === scenario && each.topology === topology,
  );
  const listed = [
    ...(entry?.runs ?? []),
    ...(entry?.unexpected ?? []),
    ...(entry?.counts.findings ?? []).map(({ smallestSeed, fingerprint }) => ({ seed: smallestSeed, fingerprint })),
  ];
  const found = listed.find((run) => run.seed === seed && run.fingerprint !== "");
  return found === undefined ? undefined : { build: report.build, fingerprint: found.fingerprint };
}
