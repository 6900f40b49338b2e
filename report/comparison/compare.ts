import type { Message } from "../../checkers/message.ts";
import { topologyNamed } from "../../scenarios/catalogue.ts";
import { worstFinding } from "../../scenarios/tally.ts";
import type { ModePromise } from "../../topologies/topology.ts";
import type { MessageId } from "../messages/english.ts";
import type { SuiteReport, SuiteReportEntry } from "../suite-report.ts";
import { COLUMNS, evaluate, type Column, type MetricSource } from "./columns.ts";
import { gradeOf, type Grade } from "./grades.ts";
import { spreadOf, type Spread } from "./spread.ts";

/** What one seed came to in a column. */
export interface SeedValue {
  readonly seed: number;
  readonly value: number;
}

export interface Cell {
  readonly column: Column;
  /** Of all runs together; undefined where no run has a value. */
  readonly value: number | undefined;
  /** A value a seed, as far as the report has kept them. */
  readonly seeds: readonly SeedValue[];
  readonly spread: Spread | undefined;
  readonly grade: Grade | undefined;
}

/** Which consistency a mode promises, and whether it held in all runs. */
export interface Consistency {
  readonly promised: Message;
  readonly held: boolean;
  /** What was found instead; undefined when it held, or no run could be judged. */
  readonly broken: { readonly title: Message; readonly share: number } | undefined;
  readonly grade: Grade | undefined;
}

/** A mode in one scenario. */
export interface ComparedMode {
  readonly topology: string;
  readonly entry: SuiteReportEntry;
  readonly consistency: Consistency;
  /** The smallest seed that violates; undefined when none does. */
  readonly smallestSeed: number | undefined;
  /** Acknowledged writes in all runs: what lost ones are lost of. */
  readonly acknowledged: number;
  readonly cells: readonly Cell[];
}

export interface Comparison {
  readonly scenario: string;
  readonly modes: readonly ComparedMode[];
}

/** The scenarios that a report has on more than one mode: the one on most modes, and of those the first, first. */
export function comparisonsOf({ entries }: Pick<SuiteReport, "entries">): Comparison[] {
  const scenarios = new Map<string, SuiteReportEntry[]>();
  for (const entry of entries) {
    if (entry.case !== null || entry.counts.seeds === 0) continue;
    const known = scenarios.get(entry.scenario);
    if (known === undefined) scenarios.set(entry.scenario, [entry]);
    else known.push(entry);
  }
  return [...scenarios]
    .map(([scenario, of]) => ({ scenario, modes: of.map(compareMode) }))
    .sort((a, b) => b.modes.length - a.modes.length);
}

function compareMode(entry: SuiteReportEntry): ComparedMode {
  const { topology, counts, metrics, runs = [] } = entry;
  const byName = new Map(metrics.map((metric) => [metric.name, metric]));
  const source: MetricSource = {
    runs: counts.seeds,
    distributionOf: (name) => {
      const metric = byName.get(name);
      if (metric === undefined) return undefined;
      const { count, sum, least, greatest, buckets } = metric;
      return { count, sum, min: least.value, max: greatest.value, buckets };
    },
  };
  const violating = counts.findings.map(({ smallestSeed }) => smallestSeed);
  return {
    topology,
    entry,
    consistency: consistencyOf(entry),
    smallestSeed: violating.length === 0 ? undefined : Math.min(...violating),
    acknowledged: evaluate({ kind: "sum", of: "writes-ok" }, source) ?? 0,
    cells: COLUMNS.map((column) => {
      const seeds = runs.flatMap(({ seed, values }) => {
        const value = values[column.id];
        return value === undefined ? [] : [{ seed, value }];
      });
      return {
        column,
        value: evaluate(column.formula, source),
        seeds,
        spread: spreadOf(seeds.map(({ value }) => value)),
        grade: gradeOf(topology, column.id),
      };
    }),
  };
}

function consistencyOf({ topology, counts, expectation }: SuiteReportEntry): Consistency {
  const { holds, excused, violated } = counts.verdicts;
  const worst = worstFinding(counts, expectation);
  return {
    promised: { id: promisedConsistency(topology), params: {} },
    held: violated === 0 && holds + excused > 0,
    broken:
      worst === undefined
        ? undefined
        : { title: { id: `title-${worst.kind}`, params: {} }, share: violated / counts.seeds },
    grade: gradeOf(topology, "consistency"),
  };
}

/** A mode's promises in the shortest words that a reader can compare. */
function promisedConsistency(topology: string): MessageId {
  const promises = promisesOf(topology);
  const linearizable = promises.find((promise) => promise.property === "linearizable");
  if (linearizable === undefined) return "consistency-versions";
  const { of, between } = linearizable;
  if (of === "primary") return between === undefined ? "consistency-primary" : "consistency-primary-epoch";
  return between === undefined ? "consistency-linearizable" : "consistency-epoch";
}

function promisesOf(topology: string): readonly ModePromise[] {
  try {
    return topologyNamed(topology)?.promises ?? [];
  } catch {
    // A report of another build may have a mode that this one cannot spell.
    return [];
  }
}
