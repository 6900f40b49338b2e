import { judgeCounts } from "../scenarios/agreement.ts";
import type { RunMetrics } from "../scenarios/metrics/measure-run.ts";
import { MetricsTally } from "../scenarios/metrics/metrics-tally.ts";
import type { Expectation } from "../scenarios/scenario.ts";
import { isUnexpected, Tally, type CountedRun } from "../scenarios/tally.ts";
import { runValues } from "./comparison/run-values.ts";
import type { ListedRun, NondeterministicSeed, SuiteReportEntry, UnexpectedRun } from "./suite-report.ts";

/** Of the runs that nobody foresaw, those with the smallest seeds are listed. */
export const LISTED_RUNS = 20;

/** A run as a report counts it. */
export interface RecordedRun extends CountedRun {
  /** Why it could not be judged. */
  readonly failure: { readonly message: string } | undefined;
  readonly metrics: RunMetrics;
}

/** Which runs an entry of a report is about. */
export interface EntrySubject {
  readonly scenario: string;
  readonly topology: string;
  readonly case: string | null;
  readonly expectation: Expectation;
  readonly firstSeed: number;
  readonly planned: number | null;
  /** Whether every run is listed. */
  readonly listed?: boolean;
}

/** An entry of a report in the making. Its memory does not grow with the number of runs, unless they are listed. */
export class EntryRecord {
  /** Time that worker threads spent on it. */
  seconds = 0;
  private readonly subject: EntrySubject;
  private readonly tally = new Tally();
  private readonly metrics = new MetricsTally();
  private unexpected: UnexpectedRun[] = [];
  private nondeterministic: NondeterministicSeed[] = [];
  private readonly listed: ListedRun[] | undefined;

  constructor(subject: EntrySubject) {
    this.subject = subject;
    if (subject.listed === true) this.listed = [];
  }

  /** @returns whether the run was not foreseen */
  add(run: RecordedRun): boolean {
    this.tally.add(run);
    this.metrics.add(run.seed, run.metrics);
    const { seed, verdict, findings, fingerprint, failure } = run;
    this.listed?.push({ seed, verdict, findings: plain(findings), fingerprint, values: runValues(run.metrics) });
    if (!isUnexpected(run, this.subject.expectation)) return false;
    this.unexpected = smallest([
      ...this.unexpected,
      {
        seed,
        verdict: verdict === "failed" ? "failed" : "violated",
        findings: plain(findings),
        fingerprint,
        message: failure?.message ?? null,
      },
    ]);
    return true;
  }

  /** Notes that a seed ran differently the second time. */
  distrust(seed: NondeterministicSeed): void {
    this.nondeterministic = smallest([...this.nondeterministic, seed]);
  }

  /** Adds what another machine recorded of other seeds of the same subject. */
  merge(other: SuiteReportEntry): void {
    this.tally.merge(other.counts);
    this.metrics.merge(other.metrics);
    this.unexpected = smallest([...this.unexpected, ...other.unexpected]);
    this.nondeterministic = smallest([...this.nondeterministic, ...other.nondeterministic]);
  }

  /** @param whole whether all runs are here, rather than a shard's share */
  finish(whole: boolean): SuiteReportEntry {
    const { scenario, topology, case: file, expectation, firstSeed, planned } = this.subject;
    const { seeds, verdicts, findings, faults } = this.tally.counts;
    const judged = judgeCounts({ seeds, verdicts, findings, faults }, { expectation, firstSeed, whole });
    return {
      scenario,
      topology,
      case: file,
      expectation: expectation.kind === "holds" ? expectation : { ...expectation, also: [...expectation.also] },
      firstSeed,
      planned,
      counts: { seeds, verdicts, findings: [...findings], faults: [...faults] },
      agreement: judged.agreement,
      problems: [...judged.problems],
      unexpected: this.unexpected,
      nondeterministic: this.nondeterministic,
      metrics: this.metrics.metrics,
      ratios: this.metrics.ratios,
      ...(this.listed === undefined ? {} : { runs: [...this.listed].sort((a, b) => a.seed - b.seed) }),
    };
  }
}

function plain(findings: CountedRun["findings"]): ListedRun["findings"] {
  return findings.map(({ kind, claim }) => ({ kind, claim }));
}

function smallest<T extends { readonly seed: number }>(runs: readonly T[]): T[] {
  return [...runs].sort((a, b) => a.seed - b.seed).slice(0, LISTED_RUNS);
}
