import { measureTitle } from "../report/describe-claim.ts";
import { formatFigure } from "../report/format-figure.ts";
import { render, type Language } from "../report/messages/render.ts";
import type { SuiteReport } from "../report/suite-report.ts";
import type { ComparisonTable } from "../scenarios/comparison-table.ts";
import { displayWidth, fit, MAX_WIDTH, wrap, type Terminal } from "./terminal.ts";

const INDENT = "  ";
const GAP = 2;
/** Of the names of rows; longer ones are cut. */
const LONGEST_NAME = 44;
/** A column's title is broken to lines of that, or to the width of its figures when they are wider. */
const TITLE_WIDTH = 12;

interface Column {
  readonly title: readonly string[];
  /** A figure for each row. */
  readonly figures: readonly string[];
  readonly width: number;
}

/** Prints comparisons of topologies: a row each, as many columns side by side as there is room for, the rest below. */
export function printTables(out: Terminal, { tables }: SuiteReport, language: Language): void {
  for (const table of tables) {
    const title = wrap(`${render(table.title, language)} · ${table.scenario}`, MAX_WIDTH, INDENT);
    out.write(`\n${title.map(out.bold).join("\n")}\n`);
    const names = Math.min(LONGEST_NAME, Math.max(...table.topologies.map(displayWidth)));
    const blocks = sideBySide(columnsOf(table, language), MAX_WIDTH - INDENT.length - names);
    for (const [at, block] of blocks.entries()) {
      if (at > 0) out.write("\n");
      printBlock(out, table.topologies, names, block);
    }
  }
}

function columnsOf({ measures, units, cells }: ComparisonTable, language: Language): Column[] {
  return measures.map((measure, at) => {
    const figures = cells.map((row) => {
      const value = row[at] ?? null;
      return value === null ? "–" : formatFigure(value, units[at] ?? "count");
    });
    const title = wrap(measureTitle(measure, language), Math.max(TITLE_WIDTH, ...figures.map(displayWidth)), "");
    return { title, figures, width: Math.max(...[...title, ...figures].map(displayWidth)) };
  });
}

/** The columns in groups, each as wide as there is room at most. */
function sideBySide(columns: readonly Column[], room: number): Column[][] {
  const blocks: Column[][] = [];
  let left = 0;
  for (const column of columns) {
    const block = blocks[blocks.length - 1];
    left -= GAP + column.width;
    if (block !== undefined && left >= 0) {
      block.push(column);
    } else {
      blocks.push([column]);
      left = room - GAP - column.width;
    }
  }
  return blocks;
}

function printBlock(out: Terminal, rows: readonly string[], names: number, block: readonly Column[]): void {
  const height = Math.max(...block.map(({ title }) => title.length));
  for (let line = 0; line < height; line++) {
    // Titles stand on the figures: short ones begin lower.
    const heads = block.map(({ title, width }) => right(title[line - height + title.length] ?? "", width));
    out.write(`${out.dim((INDENT + " ".repeat(names) + heads.join("")).trimEnd())}\n`);
  }
  for (const [at, row] of rows.entries()) {
    const figures = block.map((column) => right(column.figures[at] ?? "", column.width));
    out.write(`${INDENT}${fit(row, names)}${figures.join("")}\n`);
  }
}

function right(text: string, width: number): string {
  return " ".repeat(GAP + Math.max(0, width - displayWidth(text))) + text;
}
