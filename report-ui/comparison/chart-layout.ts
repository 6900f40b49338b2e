import { max, min, scaleLinear, scaleLog, scaleSymlog, type ScaleContinuousNumeric } from "d3";
import type { ColumnId } from "../../report/comparison/columns.ts";
import type { ComparedMode, SeedValue } from "../../report/comparison/compare.ts";
import type { Spread } from "../../report/comparison/spread.ts";

/** A seed's value, at its place in its row. */
export interface Dot extends SeedValue {
  readonly x: number;
  /** From the middle of the row: dots that would lie upon one another stand side by side. */
  readonly y: number;
  /** Whether the seed's run broke a promise, or could not be judged. */
  readonly wrong: boolean;
}

export interface ChartRow {
  readonly topology: string;
  readonly dots: readonly Dot[];
  readonly median: number | undefined;
  readonly interval: readonly [from: number, to: number] | undefined;
  readonly spread: Spread | undefined;
}

export interface ChartLayout {
  /** Whether places are by the logarithm of values. */
  readonly logarithmic: boolean;
  readonly rows: readonly ChartRow[];
  readonly ticks: readonly { readonly value: number; readonly x: number }[];
}

/** Room of a dot, in pixels. */
export const DOT = 7;
/** Dots of one place that a row has room for. */
const MOST_BESIDE = 5;
/** Room of a tick's words. */
const TICK = 72;
/** From one end to the other values may grow so many times, before small ones are told apart by their logarithm. */
const WIDE = 60;

/** Places of all seeds of a column, in a chart of so many pixels. */
export function layOutChart(modes: readonly ComparedMode[], column: ColumnId, width: number): ChartLayout {
  const cells = modes.map((mode) => ({ mode, cell: mode.cells.find((each) => each.column.id === column) }));
  const values = cells.flatMap(({ cell }) => (cell?.seeds ?? []).map(({ value }) => value));
  const scale = scaleOf(values, width);
  const rows = cells.map(({ mode: { topology, entry }, cell }): ChartRow => {
    const spread = cell?.spread;
    const wrong = new Set(
      (entry.runs ?? []).flatMap(({ seed, verdict }) => (verdict === "violated" || verdict === "failed" ? [seed] : [])),
    );
    return {
      topology,
      dots: beside((cell?.seeds ?? []).map((each) => ({ ...each, x: scale(each.value), wrong: wrong.has(each.seed) }))),
      median: spread === undefined ? undefined : scale(spread.median),
      interval: spread?.interval === undefined ? undefined : [scale(spread.interval[0]), scale(spread.interval[1])],
      spread,
    };
  });
  const ticks = sparse(
    ticksOf(scale, width).map((value) => ({ value, x: scale(value) })),
    TICK,
  );
  return { logarithmic: isLogarithmic(scale), rows, ticks };
}

function scaleOf(values: readonly number[], width: number): ScaleContinuousNumeric<number, number> {
  const least = min(values) ?? 0;
  const most = max(values) ?? 1;
  const positive = min(values.filter((value) => value > 0)) ?? 1;
  const range = [DOT, Math.max(DOT + 1, width - DOT)];
  if (most > WIDE * positive) {
    return least > 0
      ? scaleLog().domain([least, most]).range(range)
      : scaleSymlog().constant(positive).domain([0, most]).range(range);
  }
  return scaleLinear()
    .domain([0, most === 0 ? 1 : most])
    .nice()
    .range(range);
}

function isLogarithmic(scale: ScaleContinuousNumeric<number, number>): boolean {
  return "base" in scale || "constant" in scale;
}

/** Round values; of a logarithm 1, 2 and 5 of each power of ten, and no value between. */
function ticksOf(scale: ScaleContinuousNumeric<number, number>, width: number): number[] {
  const [from = 0, to = 0] = scale.domain();
  if (isLogarithmic(scale)) {
    const round = Array.from({ length: 16 }, (_none, power) => [1, 2, 5].map((digit) => digit * 10 ** power)).flat();
    return [...(from > 0 ? [] : [0]), ...round.filter((value) => value >= from && value <= to)];
  }
  return scale.ticks(Math.max(2, Math.floor(width / (2 * TICK))));
}

/** Keeps ticks that are far enough from the one before. */
function sparse<T extends { readonly x: number }>(ticks: readonly T[], apart: number): T[] {
  const kept: T[] = [];
  for (const tick of ticks) {
    const last = kept.at(-1);
    if (last === undefined || tick.x - last.x >= apart) kept.push(tick);
  }
  return kept;
}

function beside(dots: readonly Omit<Dot, "y">[]): Dot[] {
  const places = new Map<number, number>();
  return [...dots]
    .sort((a, b) => a.value - b.value || a.seed - b.seed)
    .map((dot) => {
      const place = Math.round(dot.x / DOT);
      const before = places.get(place) ?? 0;
      places.set(place, before + 1);
      const step = before % MOST_BESIDE;
      const side = step % 2 === 0 ? 1 : -1;
      return { ...dot, y: side * Math.ceil(step / 2) * (DOT - 1) };
    });
}
