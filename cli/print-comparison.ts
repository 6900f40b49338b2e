import { KIBIBYTE, type ColumnId } from "../report/comparison/columns.ts";
import type { Cell, ComparedMode, Comparison } from "../report/comparison/compare.ts";
import { digits, formatCell } from "../report/comparison/format-cell.ts";
import { designOf } from "../report/comparison/grades.ts";
import { render } from "../report/messages/render.ts";
import { MILLISECOND } from "../host/time.ts";
import { displayWidth, fit, wrap, type Terminal } from "./terminal.ts";

/** A column of the terminal: figures of one or two columns of the comparison, in one unit, which its head names. */
interface Shown {
  readonly heads: readonly [string, string];
  readonly ids: readonly ColumnId[];
  readonly width: number;
  readonly text: (value: number, id: ColumnId) => string;
}

/** Without commas: two of them must fit beside one another. */
const milliseconds = (value: number): string => digits(value / MILLISECOND).replaceAll(",", "");
const asCell = (value: number, id: ColumnId): string => formatCell(value, id);

const COLUMNS: readonly Shown[] = [
  { heads: ["writes", "lost"], ids: ["lost-writes"], width: 7, text: asCell },
  { heads: ["answered", "in faults"], ids: ["answered-in-faults"], width: 10, text: asCell },
  { heads: ["recovery", "ms"], ids: ["recovery"], width: 9, text: milliseconds },
  { heads: ["write ms", "p50/p99"], ids: ["write-p50", "write-p99"], width: 10, text: milliseconds },
  { heads: ["read ms", "p50/p99"], ids: ["read-p50", "read-p99"], width: 10, text: milliseconds },
  { heads: ["KiB", "per op"], ids: ["bytes-per-operation"], width: 8, text: (value) => digits(value / KIBIBYTE) },
  { heads: ["person", "steps"], ids: ["operator-steps"], width: 7, text: asCell },
];

const MODE_WIDTH = 17;
const CONSISTENCY_WIDTH = 22;

/** Prints what designs came to in one scenario: two lines a mode, figures above and how far seeds lie apart below. */
export function printComparison(out: Terminal, { modes }: Comparison): void {
  for (const [row, left] of [" ", "consistency that held"].entries()) {
    const heads = COLUMNS.map((column) => right(column.heads[row] ?? "", column)).join("");
    out.write(out.dim(`${" ".repeat(MODE_WIDTH)}${left.padEnd(CONSISTENCY_WIDTH)}${heads}`) + "\n");
  }
  let design = "";
  for (const mode of modes) {
    const name = designOf(mode.topology);
    const rest = mode.topology.slice(name.length + 1);
    if (rest !== "" && name !== design) out.write(`${out.bold(name)}\n`);
    design = name;
    printMode(out, mode, rest === "" ? name : ` ${rest}`);
  }
  const sure = modes.some(({ cells }) => cells.some(({ spread }) => spread?.interval !== undefined));
  const below = sure
    ? "where the median of all seeds lies, with 95 % confidence"
    : "the least and the greatest of all seeds";
  out.write(out.dim(`\nbelow figures: ${below}; #: the smallest seed that shows it\n`));
}

function printMode(out: Terminal, mode: ComparedMode, name: string): void {
  const cells = new Map(mode.cells.map((cell) => [cell.column.id, cell]));
  const figures = COLUMNS.map((column) => {
    const text = right(column.ids.map((id) => figureOf(cells.get(id), column)).join("/"), column);
    return column.ids[0] === "lost-writes" && (cells.get("lost-writes")?.value ?? 0) > 0 ? out.red(text) : text;
  });
  const spreads = COLUMNS.map((column) => right(spreadOf(cells.get(column.ids[0] as ColumnId), column), column));
  const [paint, [above = "", ...below]] = consistencyOf(out, mode);
  const cell = (text: string): string => paint(fit(text, CONSISTENCY_WIDTH));
  out.write(`${name.padEnd(MODE_WIDTH)}${cell(above)}${figures.join("")}\n`);
  out.write(`${"".padEnd(MODE_WIDTH)}${cell(below.join(" "))}${out.dim(spreads.join(""))}`.trimEnd() + "\n");
}

function consistencyOf(out: Terminal, { consistency, smallestSeed }: ComparedMode): [Terminal["red"], string[]] {
  const { held, promised, broken } = consistency;
  const lines = (text: string): string[] => wrap(text, CONSISTENCY_WIDTH, "  ");
  if (held) return [out.green, lines(`✔ ${render(promised)}`)];
  if (broken === undefined) return [out.yellow, ["? undecided"]];
  const share = Math.max(1, Math.round(broken.share * 100));
  return [out.red, lines(`✘ ${share} % ${render(broken.title)} #${smallestSeed ?? "–"}`)];
}

function figureOf(cell: Cell | undefined, { text }: Shown): string {
  return cell?.value === undefined ? "–" : text(cell.value, cell.column.id);
}

/** The 95 % interval of the seeds' median, or of few seeds the range; nothing where they are all alike. */
function spreadOf(cell: Cell | undefined, { text }: Shown): string {
  const spread = cell?.spread;
  if (cell === undefined || spread === undefined || cell.column.id === "lost-writes") return "";
  const [from = "", to = ""] = (spread.interval ?? [spread.least, spread.greatest]).map((value) =>
    text(value, cell.column.id),
  );
  // One unit is enough for both.
  return from === to ? "" : `${from.replace(/ %$/, "")}–${to}`;
}

function right(text: string, { width }: Shown): string {
  return " ".repeat(Math.max(1, width - displayWidth(text))) + text;
}
