import type { Message } from "../checkers/message.ts";
import { figureOf, unitOf, type FigureUnit, type Measure, type RunsOfMode, type Take } from "./claims/measure.ts";

/** A comparison of topologies in one scenario. Plain data. */
export interface TableDefinition {
  readonly title: Message;
  readonly scenario: string;
  /** Ids, a row each. */
  readonly topologies: readonly string[];
  /** A column each. */
  readonly measures: readonly Measure[];
}

/** Columns of one metric, for each way to take it. */
export function metricColumns(metric: string, ...takes: readonly Take[]): Measure[] {
  return takes.map((take) => ({ of: "metric", metric, take }));
}

export function ratioColumn(ratio: string): Measure {
  return { of: "ratio", ratio };
}

/** A comparison, and what runs came to. */
export interface ComparisonTable extends TableDefinition {
  /** Of each column. */
  readonly units: readonly FigureUnit[];
  /** Row by row; null where there are no runs, or no run has a value. */
  readonly cells: readonly (readonly (number | null)[])[];
}

/** Fills a table with what runs came to. */
export function fillTable(definition: TableDefinition, all: readonly RunsOfMode[]): ComparisonTable {
  const { scenario, topologies, measures } = definition;
  const cells = topologies.map((topology) => {
    const runs = all.find((each) => each.case === null && each.scenario === scenario && each.topology === topology);
    return measures.map((measure) => (runs === undefined ? null : (figureOf(measure, runs)?.value ?? null)));
  });
  return { ...definition, units: measures.map(unitOf), cells };
}
