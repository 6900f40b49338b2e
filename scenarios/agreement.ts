import { isForeseen, type Expectation, type FindingKind } from "./scenario.ts";
import type { Counts } from "./tally.ts";

/** Whether runs went as foreseen: "undecided" when they do not suffice to say. */
export type Agreement = "met" | "undecided" | "missed";

/** Why an expectation was missed, or could not be decided. */
export type Problem =
  | { readonly kind: "failed-runs"; readonly runs: number }
  | {
      readonly kind: "unforeseen-finding";
      readonly finding: string;
      readonly claim?: string | undefined;
      readonly seeds: number;
      readonly smallestSeed: number;
    }
  /** The expected violation did not show within the seeds that it was given. */
  | {
      readonly kind: "not-found";
      readonly finding: FindingKind;
      readonly claim?: string | undefined;
      readonly withinSeeds: number;
    }
  /** Faults of a class were planned, and none came to pass: what they were to test was not tested. */
  | { readonly kind: "fault-never-fired"; readonly class: string; readonly planned: number }
  | { readonly kind: "too-many-excused"; readonly excused: number; readonly seeds: number }
  | { readonly kind: "unknown-verdicts"; readonly runs: number }
  /** Fewer seeds than the expectation needs. */
  | { readonly kind: "too-few-seeds"; readonly seeds: number; readonly needed: number }
  /** The rest is to be judged when all shards are together. */
  | { readonly kind: "one-shard-only" };

export interface Judgement {
  readonly agreement: Agreement;
  /** None when the expectation is met. */
  readonly problems: readonly Problem[];
}

/** What counts are held against. */
export interface Terms {
  readonly expectation: Expectation;
  /** The seed that the runs began with: "within N seeds" counts from it. */
  readonly firstSeed: number;
  /** Whether all seeds are in the counts, rather than a shard's share. */
  readonly whole: boolean;
}

/** Of so many runs, this share may be excused. */
const EXCUSED_PERCENT = 5;

/** Shares of fewer runs say nothing: one run of them may be more than the share. */
const SHARES_FROM = 20;

/** Holds the counts of many seeds against what was foreseen. */
export function judgeCounts(counts: Counts, terms: Terms): Judgement {
  const missed = [...unforeseen(counts, terms.expectation), ...(terms.whole ? shares(counts) : [])];
  const open: Problem[] = [];
  const search = judgeSearch(counts, terms);
  if (search !== undefined) (search.kind === "not-found" ? missed : open).push(search);
  if (terms.expectation.kind === "holds" && counts.verdicts.unknown > 0) {
    open.push({ kind: "unknown-verdicts", runs: counts.verdicts.unknown });
  }
  if (!terms.whole && shares(counts).length > 0 && search?.kind !== "one-shard-only") {
    open.push({ kind: "one-shard-only" });
  }
  if (counts.seeds === 0 && open.length === 0) {
    open.push(terms.whole ? { kind: "too-few-seeds", seeds: 0, needed: 1 } : { kind: "one-shard-only" });
  }
  if (missed.length > 0) return { agreement: "missed", problems: missed };
  return { agreement: open.length > 0 ? "undecided" : "met", problems: open };
}

function unforeseen(counts: Counts, expectation: Expectation): Problem[] {
  const { failed } = counts.verdicts;
  const problems: Problem[] = failed === 0 ? [] : [{ kind: "failed-runs", runs: failed }];
  for (const { kind, claim, seeds, smallestSeed } of counts.findings) {
    if (isForeseen(expectation, kind)) continue;
    problems.push({ kind: "unforeseen-finding", finding: kind, claim, seeds, smallestSeed });
  }
  return problems;
}

/** What only the whole of the runs can tell. */
function shares({ seeds, verdicts, faults }: Counts): Problem[] {
  if (seeds < SHARES_FROM) return [];
  const problems: Problem[] = faults
    .filter(({ planned, fired }) => planned > 0 && fired === 0)
    .map(({ class: name, planned }) => ({ kind: "fault-never-fired", class: name, planned }));
  if (verdicts.excused * 100 > seeds * EXCUSED_PERCENT) {
    problems.push({ kind: "too-many-excused", excused: verdicts.excused, seeds });
  }
  return problems;
}

/** Whether an expected violation was found in time; undefined when there is nothing to object. */
function judgeSearch(counts: Counts, { expectation, firstSeed, whole }: Terms): Problem | undefined {
  if (expectation.kind === "holds") return undefined;
  const { finding, claim, withinSeeds } = expectation;
  const smallest = counts.findings
    .filter(({ kind }) => kind === finding)
    .reduce((least, { smallestSeed }) => Math.min(least, smallestSeed), Infinity);
  if (smallest - firstSeed < withinSeeds) return undefined;
  if (!whole) return { kind: "one-shard-only" };
  if (counts.seeds >= withinSeeds) return { kind: "not-found", finding, claim, withinSeeds };
  return { kind: "too-few-seeds", seeds: counts.seeds, needed: withinSeeds };
}
