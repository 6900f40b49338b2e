import { useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import type { ColumnId } from "../../report/comparison/columns.ts";
import { comparisonsOf, type Comparison } from "../../report/comparison/compare.ts";
import type { SuiteReport } from "../../report/suite-report.ts";
import { usePage } from "../shell/page.ts";
import { ComparisonTable } from "./comparison-table.tsx";
import { SeedChart } from "./seed-chart.tsx";
import "./comparison.css";

/** Which design keeps what, and at what price: a table, and a chart of one of its columns. */
export function ComparisonScreen({ report }: { readonly report: SuiteReport }) {
  const page = usePage();
  const comparisons = useMemo(() => comparisonsOf(report), [report]);
  const chosen = useSignal(0);
  const charted = useSignal<ColumnId>("write-p50");
  const comparison = comparisons[chosen.value];
  if (comparison === undefined) return <p class="faint">{page.say("compare-nothing")}</p>;
  return (
    <article class="comparison">
      <header class="compare-head">
        <div>
          <h1>{page.say("compare-title")}</h1>
          <p class="lead">{answer(comparison, page.say.bind(page))}</p>
        </div>
        {comparisons.length > 1 && (
          <label class="compare-scenario">
            {page.say("compare-scenario")}
            <select value={chosen.value} onChange={({ currentTarget }) => (chosen.value = Number(currentTarget.value))}>
              {comparisons.map(({ scenario, modes }, place) => (
                <option key={scenario} value={place}>
                  {page.say("compare-scenario-of", { scenario, modes: modes.length })}
                </option>
              ))}
            </select>
          </label>
        )}
      </header>
      <p class="compare-note">{page.say("compare-caption")}</p>
      <ComparisonTable key={comparison.scenario} comparison={comparison} charted={charted} />
      <SeedChart comparison={comparison} charted={charted} />
    </article>
  );
}

/** The comparison in one sentence. */
function answer({ modes, scenario }: Comparison, say: ReturnType<typeof usePage>["say"]): string {
  const held = modes.filter(({ consistency }) => consistency.held).length;
  const lost = modes.reduce(
    (sum, { cells }) => sum + (cells.find(({ column }) => column.id === "lost-writes")?.value ?? 0),
    0,
  );
  const seeds = Math.max(...modes.map(({ entry }) => entry.counts.seeds));
  return say("compare-answer", { held, modes: modes.length, seeds, scenario, lost });
}
