import type { Message } from "../../checkers/message.ts";
import type { MessageId } from "../messages/english.ts";
import type { Formula } from "./columns.ts";

/** How a figure comes of metrics, by the names that docs/claims.md and reports have for them. */
export function describeFormula(formula: Formula): Message {
  switch (formula.kind) {
    case "sum":
      return words("formula-sum", { of: formula.of });
    case "per-run":
      return words("formula-per-run", { of: formula.of });
    case "quotient":
      return words("formula-quotient", { of: sides(formula.of), to: sides(formula.to) });
    case "quantile":
      return words("formula-quantile", { of: formula.of, percent: formula.share * 100 });
  }
}

function words(id: MessageId, params: Message["params"]): Message {
  return { id, params };
}

function sides(names: readonly string[]): string {
  return names.length === 1 ? (names[0] ?? "") : `(${names.join(" + ")})`;
}
