import { foremost } from "../scenarios/scenario.ts";
import type { SuiteReport, SuiteReportEntry } from "./suite-report.ts";

/** What a cell shows first: the worst that any of its runs came to. */
export type MatrixVerdict = "holds" | "violated" | "unknown" | "failed" | "excused" | "not-run";

/** One scenario, or one case, on one topology. */
export interface MatrixCell {
  readonly entry: SuiteReportEntry;
  readonly verdict: MatrixVerdict;
  /** Runs that came to that verdict. */
  readonly count: number;
  /** The seed to look at: the smallest that shows what matters most, else the first. */
  readonly seed: number;
  /** Whether that seed shows something. */
  readonly shows: boolean;
}

/** A row: a scenario, or a case by the path of its file. */
export interface MatrixRow {
  readonly name: string;
  readonly scenario: string;
  readonly isCase: boolean;
  readonly cells: ReadonlyMap<string, MatrixCell>;
}

export interface VerdictMatrix {
  readonly topologies: readonly string[];
  readonly rows: readonly MatrixRow[];
}

/** Scenarios by topologies, each in the order in which the report has them first; cases after the scenarios. */
export function buildMatrix({ entries }: Pick<SuiteReport, "entries">): VerdictMatrix {
  const topologies = new Set<string>();
  const rows = new Map<string, { scenario: string; isCase: boolean; cells: Map<string, MatrixCell> }>();
  const ordered = [...entries].sort((a, b) => Number(a.case !== null) - Number(b.case !== null));
  for (const entry of ordered) {
    topologies.add(entry.topology);
    const name = entry.case ?? entry.scenario;
    let row = rows.get(name);
    if (row === undefined)
      rows.set(name, (row = { scenario: entry.scenario, isCase: entry.case !== null, cells: new Map() }));
    row.cells.set(entry.topology, cellOf(entry));
  }
  return { topologies: [...topologies], rows: [...rows].map(([name, row]) => ({ name, ...row })) };
}

function cellOf(entry: SuiteReportEntry): MatrixCell {
  const { counts, expectation, firstSeed, unexpected, nondeterministic } = entry;
  const verdict =
    counts.seeds === 0
      ? "not-run"
      : ((["failed", "violated", "unknown", "excused"] as const).find((each) => counts.verdicts[each] > 0) ?? "holds");
  const count = verdict === "not-run" ? 0 : counts.verdicts[verdict];
  const failed = unexpected.find((run) => run.verdict === "failed");
  const shown = nondeterministic[0]?.seed ?? failed?.seed ?? foremost(counts.findings, expectation)?.smallestSeed;
  return { entry, verdict, count, seed: shown ?? firstSeed, shows: shown !== undefined };
}

/** Which cells are to be seen. */
export const MATRIX_FILTERS = ["all", "violated", "not-foreseen", "open"] as const;

export type MatrixFilter = (typeof MATRIX_FILTERS)[number];

/** The matrix with the rows and columns that have a cell which passes; cells that do not are left out. */
export function filterMatrix(matrix: VerdictMatrix, filter: MatrixFilter, text: string): VerdictMatrix {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const rows = matrix.rows
    .map((row) => ({
      ...row,
      cells: new Map(
        [...row.cells].filter(
          ([topology, cell]) =>
            passes(cell, filter) && words.every((word) => `${row.name} ${topology}`.toLowerCase().includes(word)),
        ),
      ),
    }))
    .filter(({ cells }) => cells.size > 0);
  return { topologies: matrix.topologies.filter((topology) => rows.some(({ cells }) => cells.has(topology))), rows };
}

function passes({ verdict, entry }: MatrixCell, filter: MatrixFilter): boolean {
  switch (filter) {
    case "all":
      return true;
    case "violated":
      return verdict === "violated";
    case "not-foreseen":
      return entry.agreement === "missed" || entry.nondeterministic.length > 0;
    case "open":
      return entry.agreement === "undecided";
  }
}
