import type { Verdict } from "../../../scenarios/run-plan.ts";
import type { CountedRun } from "../../../scenarios/tally.ts";

export const vanished = { kind: "table-vanished", claim: "SD-2" } as const;
export const stale = { kind: "stale-version", claim: "SD-3" } as const;

/** A run that came to a verdict without findings or faults. */
export function run(seed: number, verdict: Verdict): CountedRun {
  return { seed, verdict, findings: [], faults: [], fingerprint: `print-${seed}` };
}

export function holding(seed: number): CountedRun {
  return run(seed, "holds");
}

export function violating(seed: number, ...findings: CountedRun["findings"]): CountedRun {
  return { ...run(seed, "violated"), findings };
}
