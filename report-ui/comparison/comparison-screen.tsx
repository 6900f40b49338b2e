import { useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { comparisonsOf, type Comparison } from "../../report/comparison/compare.ts";
import { scenarioSummary } from "../../report/messages/catalogue.ts";
import type { SuiteReport } from "../../report/suite-report.ts";
import { scenarios } from "../../scenarios/catalogue.ts";
import { usePage } from "../shell/page.ts";
import { ComparisonTable, type ChosenCell } from "./comparison-table.tsx";
import { SeedChart } from "./seed-chart.tsx";
import "./comparison.css";

/** Which design keeps what, and at what price: a table, and a chart of one of its columns. */
export function ComparisonScreen({ report }: { readonly report: SuiteReport }) {
  const page = usePage();
  const comparisons = useMemo(() => comparisonsOf(report), [report]);
  const at = useSignal(0);
  const comparison = comparisons[at.value];
  const chosen = useSignal<ChosenCell>({ column: "write-p50", topology: comparison?.modes[0]?.topology ?? "" });
  const scenario = scenarios.get(comparison?.scenario ?? "");
  const about =
    scenario === undefined
      ? undefined
      : {
          scenario: scenario.name,
          summary: scenarioSummary(scenario.name, scenario.summary, page.language.value),
        };
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
            <select value={at.value} onChange={({ currentTarget }) => (at.value = Number(currentTarget.value))}>
              {comparisons.map(({ scenario, modes }, place) => (
                <option key={scenario} value={place}>
                  {page.say("compare-scenario-of", { scenario, modes: modes.length })}
                </option>
              ))}
            </select>
          </label>
        )}
      </header>
      <p class="compare-note">
        {about === undefined ? "" : page.say("compare-about", about)} {page.say("compare-caption")}
      </p>
      <ComparisonTable key={comparison.scenario} comparison={comparison} chosen={chosen} />
      <SeedChart comparison={comparison} chosen={chosen} />
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
