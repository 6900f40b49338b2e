import type { ColumnId } from "../../report/comparison/columns.ts";
import type { ComparedMode } from "../../report/comparison/compare.ts";

/** What rows are sorted by: their order in the catalogue, what they held, the seed that breaks them, or a figure. */
export type SortKey = "mode" | "consistency" | "smallest-seed" | ColumnId;

export interface Sorting {
  readonly by: SortKey;
  readonly descending: boolean;
}

/** Sorts rows; those without a value come last whichever way. Rows that are alike stay in their order. */
export function sortModes(modes: readonly ComparedMode[], { by, descending }: Sorting): ComparedMode[] {
  if (by === "mode") return descending ? [...modes].reverse() : [...modes];
  const valued = modes.map((mode) => ({ mode, value: valueOf(mode, by) }));
  return valued
    .sort((a, b) => {
      if (a.value === undefined || b.value === undefined)
        return Number(a.value === undefined) - Number(b.value === undefined);
      return descending ? b.value - a.value : a.value - b.value;
    })
    .map(({ mode }) => mode);
}

function valueOf(mode: ComparedMode, by: Exclude<SortKey, "mode">): number | undefined {
  switch (by) {
    case "consistency":
      return mode.consistency.held ? 0 : mode.consistency.broken?.share;
    case "smallest-seed":
      return mode.smallestSeed;
    default:
      return mode.cells.find(({ column }) => column.id === by)?.value;
  }
}
