import type { Formula } from "./columns.ts";

/** How a figure comes of metrics, by the names that docs/claims.md and reports have for them. */
export function describeFormula(formula: Formula): string {
  switch (formula.kind) {
    case "sum":
      return `sum of ${formula.of}`;
    case "per-run":
      return `sum of ${formula.of} / runs`;
    case "quotient":
      return `${sides(formula.of)} / ${sides(formula.to)}`;
    case "quantile":
      return `p${formula.share * 100} of ${formula.of}`;
  }
}

function sides(names: readonly string[]): string {
  return names.length === 1 ? (names[0] ?? "") : `(${names.join(" + ")})`;
}
