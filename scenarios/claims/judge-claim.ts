import {
  baselineOf,
  type Claim,
  type ClaimVerdict,
  type Comparison,
  type Observation,
  type Threshold,
} from "./claim.ts";
import { figureOf, unitOf, type Figure, type FigureUnit, type RunsOfMode } from "./measure.ts";

/** Why an observation says nothing yet. */
export const OPEN_REASONS = [
  "awaited",
  "not-run",
  "one-shard-only",
  "too-few-seeds",
  "failed-runs",
  "no-values",
] as const;

export type OpenReason = (typeof OPEN_REASONS)[number];

/** An observation and what runs came to. */
export interface JudgedObservation extends Observation {
  readonly unit: FigureUnit;
  /** null: no run has a value to make it of. */
  readonly figure: Figure | null;
  readonly baselineFigure: Figure | null;
  /** What the figure was held against, in its unit; null when the baseline has none. */
  readonly bound: number | null;
  readonly outcome: "supports" | "contradicts" | "open";
  /** Of an open one only. */
  readonly reason: OpenReason | null;
}

/** A claim and what runs say of it. */
export interface JudgedClaim extends Claim {
  readonly observations: readonly JudgedObservation[];
  readonly verdict: ClaimVerdict | "undecided";
}

/**
 * Judges a claim by runs.
 *
 * @param whole whether all runs are here, rather than a shard's share
 */
export function judgeClaim(claim: Claim, runs: readonly RunsOfMode[], whole: boolean): JudgedClaim {
  const { id, words, literature, expected } = claim;
  const observations = claim.observations.map((observation) => judgeObservation(observation, runs, whole));
  // In the order in which reports are read back, so that a merged one is the same text as another.
  return {
    id,
    words,
    ...(literature === undefined ? {} : { literature }),
    ...(expected === undefined ? {} : { expected }),
    observations,
    verdict: verdictOf(observations),
  };
}

/**
 * The one rule: every observation supports the claim: confirmed; none does: refuted; some do: qualified, by the conditions
 * of those that do and those that do not. While one of them is open, nothing is decided.
 */
export function verdictOf(observations: readonly Pick<JudgedObservation, "outcome">[]): JudgedClaim["verdict"] {
  const count = (outcome: JudgedObservation["outcome"]): number =>
    observations.filter((observation) => observation.outcome === outcome).length;
  if (observations.length === 0 || count("open") > 0) return "undecided";
  if (count("contradicts") === 0) return "confirmed";
  return count("supports") === 0 ? "refuted" : "qualified";
}

function judgeObservation(observation: Observation, all: readonly RunsOfMode[], whole: boolean): JudgedObservation {
  const { condition, scenario, topology, awaits, seeds, measure, baseline, threshold } = observation;
  const from = baselineOf(observation);
  const runs = runsOf(all, observation);
  const baselineRuns = from === undefined ? undefined : runsOf(all, from);
  const low = threshold.is === "below" || threshold.is === "at-most";
  const figure = (runs === undefined ? undefined : figureOf(measure, runs, low)) ?? null;
  const baselineFigure = (baselineRuns === undefined ? undefined : figureOf(measure, baselineRuns)) ?? null;
  const bound = boundOf(threshold, baselineFigure);
  const judged = {
    condition,
    scenario,
    topology,
    ...(awaits === undefined ? {} : { awaits }),
    seeds,
    measure,
    ...(baseline === undefined ? {} : { baseline }),
    threshold,
    unit: unitOf(measure),
    figure,
    baselineFigure,
    bound,
  };
  const open = (reason: OpenReason): JudgedObservation => ({ ...judged, outcome: "open", reason });
  if (awaits !== undefined) return open("awaited");
  if (!whole) return open("one-shard-only");
  const needed = from === undefined ? [runs] : [runs, baselineRuns];
  for (const each of needed) {
    if (each === undefined) return open("not-run");
    if (each.counts.verdicts.failed > 0) return open("failed-runs");
    if (each.counts.seeds < seeds) return open("too-few-seeds");
  }
  if (figure === null || bound === null) return open("no-values");
  return { ...judged, outcome: holds(figure.value, threshold.is, bound) ? "supports" : "contradicts", reason: null };
}

function runsOf(
  all: readonly RunsOfMode[],
  { scenario, topology }: { readonly scenario: string; readonly topology: string },
): RunsOfMode | undefined {
  return all.find((runs) => runs.case === null && runs.scenario === scenario && runs.topology === topology);
}

function boundOf({ than }: Threshold, baseline: Figure | null): number | null {
  if ("value" in than) return than.value;
  return baseline === null ? null : baseline.value * than.times;
}

function holds(figure: number, is: Comparison, bound: number): boolean {
  switch (is) {
    case "above":
      return figure > bound;
    case "at-least":
      return figure >= bound;
    case "below":
      return figure < bound;
    case "at-most":
      return figure <= bound;
  }
}
