import type { Verdict } from "./run-plan.ts";
import { isForeseen, type Expectation, type FindingKind } from "./scenario.ts";

/** What became of one seed, as far as counting goes. */
export interface CountedRun {
  readonly seed: number;
  readonly verdict: Verdict;
  readonly findings: readonly { readonly kind: FindingKind; readonly claim: string | undefined }[];
}

/** How often something was found. */
export interface FindingCount {
  readonly kind: FindingKind;
  readonly claim: string | undefined;
  /** Seeds that showed it. */
  readonly seeds: number;
  readonly smallestSeed: number;
}

/** Whether runs went as foreseen: "undecided" when there were too few of them to say. */
export type Agreement = "met" | "undecided" | "missed";

/** Counts the outcomes of many seeds, in whatever order they come. */
export class Tally {
  seeds = 0;
  holding = 0;
  violating = 0;
  failing = 0;
  private readonly kinds = new Map<FindingKind, FindingCount>();

  add(run: CountedRun): void {
    this.seeds++;
    if (run.verdict === "holds") this.holding++;
    if (run.verdict === "violated") this.violating++;
    if (run.verdict === "failed") this.failing++;
    for (const { kind, claim } of run.findings) {
      const known = this.kinds.get(kind);
      this.kinds.set(kind, {
        kind,
        claim,
        seeds: (known?.seeds ?? 0) + 1,
        smallestSeed: Math.min(known?.smallestSeed ?? Infinity, run.seed),
      });
    }
  }

  /** The most frequent first. */
  get findings(): FindingCount[] {
    return [...this.kinds.values()].sort((a, b) => b.seeds - a.seeds || a.smallestSeed - b.smallestSeed);
  }

  /** Kinds of findings that the expectation does not allow. */
  unexpected(expectation: Expectation): FindingCount[] {
    return this.findings.filter((found) => !isForeseen(expectation, found.kind));
  }

  /** The finding to look at first: what nobody foresaw; else what the scenario is about; else the most frequent. */
  worst(expectation: Expectation): FindingCount | undefined {
    const [unexpected] = this.unexpected(expectation);
    const foreseen = this.findings.find(
      (found) => expectation.kind === "violates" && found.kind === expectation.finding,
    );
    return unexpected ?? foreseen ?? this.findings[0];
  }

  /** Holds the counts against what was foreseen. */
  agreement(expectation: Expectation): Agreement {
    if (this.failing > 0 || this.unexpected(expectation).length > 0) return "missed";
    if (expectation.kind === "holds") return this.seeds > 0 ? "met" : "undecided";
    if (this.kinds.has(expectation.finding)) return "met";
    return this.seeds >= expectation.withinSeeds ? "missed" : "undecided";
  }
}
