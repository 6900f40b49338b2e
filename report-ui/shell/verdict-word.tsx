import type { Verdict } from "../../scenarios/run-plan.ts";
import { usePage } from "./page.ts";

const SIGNS: Readonly<Record<Verdict, string>> = { holds: "✔", violated: "✘", excused: "○", unknown: "?", failed: "!" };

/** A verdict by sign, word and colour, so that each alone is enough. */
export function VerdictWord({ verdict }: { readonly verdict: Verdict }) {
  const page = usePage();
  return (
    <span class={`verdict verdict-${verdict}`}>
      <span aria-hidden="true">{SIGNS[verdict]}</span> {page.say(`run-is-${verdict}`)}
    </span>
  );
}
