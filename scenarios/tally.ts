import type { Verdict } from "./run-plan.ts";
import { foremost, isForeseen, type Expectation, type FindingKind } from "./scenario.ts";

/** How often the faults of a class were planned, and how often they came to pass. */
export interface FaultActivation {
  readonly class: string;
  readonly planned: number;
  readonly fired: number;
}

/** What became of one seed, as far as counting goes. */
export interface CountedRun {
  readonly seed: number;
  readonly verdict: Verdict;
  readonly findings: readonly { readonly kind: FindingKind; readonly claim?: string | undefined }[];
  readonly faults: readonly FaultActivation[];
  /** "" when the run never got to have one. */
  readonly fingerprint: string;
}

/** How often something was found. */
export interface FindingCount {
  readonly kind: FindingKind;
  readonly claim?: string | undefined;
  /** Seeds that showed it. */
  readonly seeds: number;
  readonly smallestSeed: number;
  /** Of the smallest seed's run. */
  readonly fingerprint: string;
}

/** The sums of a tally: plain data, in an order that does not depend on the order of the runs. */
export interface Counts {
  readonly seeds: number;
  readonly verdicts: Readonly<Record<Verdict, number>>;
  /** The most frequent first. */
  readonly findings: readonly FindingCount[];
  /** By class. */
  readonly faults: readonly FaultActivation[];
}

/** Counts the outcomes of many seeds, in whatever order they come, in memory that does not grow with their number. */
export class Tally {
  private seeds = 0;
  private readonly verdicts = { holds: 0, violated: 0, excused: 0, unknown: 0, failed: 0 };
  private readonly found = new Map<string, FindingCount>();
  private readonly activations = new Map<string, FaultActivation>();

  add({ seed, verdict, findings, faults, fingerprint }: CountedRun): void {
    this.seeds++;
    this.verdicts[verdict]++;
    // What an excused run showed is put down to the faults, not to the design.
    const certain = verdict === "violated" ? findings : [];
    for (const { kind, claim } of certain) this.count({ kind, claim, seeds: 1, smallestSeed: seed, fingerprint });
    for (const activation of faults) this.activate(activation);
  }

  /** Adds what another tally counted of other seeds. */
  merge(counts: Counts): void {
    this.seeds += counts.seeds;
    for (const verdict of Object.keys(this.verdicts) as Verdict[]) this.verdicts[verdict] += counts.verdicts[verdict];
    for (const finding of counts.findings) this.count(finding);
    for (const activation of counts.faults) this.activate(activation);
  }

  get counts(): Counts {
    return {
      seeds: this.seeds,
      verdicts: { ...this.verdicts },
      findings: [...this.found.values()].sort(
        (a, b) => b.seeds - a.seeds || a.smallestSeed - b.smallestSeed || compare(nameOf(a), nameOf(b)),
      ),
      faults: [...this.activations.values()].sort((a, b) => compare(a.class, b.class)),
    };
  }

  private count(finding: FindingCount): void {
    const known = this.found.get(nameOf(finding));
    if (known === undefined) {
      this.found.set(nameOf(finding), finding);
      return;
    }
    const smallest = known.smallestSeed <= finding.smallestSeed ? known : finding;
    this.found.set(nameOf(finding), { ...smallest, seeds: known.seeds + finding.seeds });
  }

  private activate(activation: FaultActivation): void {
    const known = this.activations.get(activation.class) ?? { planned: 0, fired: 0 };
    this.activations.set(activation.class, {
      class: activation.class,
      planned: known.planned + activation.planned,
      fired: known.fired + activation.fired,
    });
  }
}

/** Whether a run shows what its expectation does not allow, or could not be judged. */
export function isUnexpected(run: Pick<CountedRun, "verdict" | "findings">, expectation: Expectation): boolean {
  if (run.verdict === "failed") return true;
  return run.verdict === "violated" && run.findings.some(({ kind }) => !isForeseen(expectation, kind));
}

/** The finding to look at first: what nobody foresaw; else what the scenario is about; else the most frequent. */
export function worstFinding(
  { findings }: Pick<Counts, "findings">,
  expectation: Expectation,
): FindingCount | undefined {
  return foremost(findings, expectation);
}

function nameOf({ kind, claim }: Pick<FindingCount, "kind" | "claim">): string {
  return `${kind} ${claim ?? ""}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
