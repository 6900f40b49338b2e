import type { ColumnId } from "../../report/comparison/columns.ts";
import type { Cell, ComparedMode } from "../../report/comparison/compare.ts";
import { describeFormula } from "../../report/comparison/describe-formula.ts";
import { formatCell, unitOfColumn } from "../../report/comparison/format-cell.ts";
import { CopyButton } from "../shell/copy-button.tsx";
import { knownRunOf } from "../shell/known-runs.ts";
import { usePage } from "../shell/page.ts";

/** Of the seeds, so many are named. */
const WORST = 6;

/** What a figure of the table rests on: as `faultline why` says it. */
export function CellPanel({
  scenario,
  mode,
  column,
}: {
  readonly scenario: string;
  readonly mode: ComparedMode;
  readonly column: ColumnId;
}) {
  const page = usePage();
  const { topology, entry } = mode;
  const cell = mode.cells.find((each) => each.column.id === column);
  if (cell === undefined) return null;
  const text = (value: number): string => [formatCell(value, column), unitOfColumn(column)].filter(Boolean).join(" ");
  const { spread } = cell;
  const worst = worstSeeds(cell);
  const last = entry.firstSeed + entry.counts.seeds - 1;
  const command = `npx faultline why ${topology} ${column} --scenario ${scenario}`;
  return (
    <aside class="cell-panel" aria-live="polite" aria-label={page.say("why-title")}>
      <h3>
        {topology} <span class="figures">{cell.value === undefined ? "–" : text(cell.value)}</span>
      </h3>
      <dl>
        <dt>{page.say("why-rests-on")}</dt>
        <dd>{page.say("why-runs", { runs: entry.counts.seeds, first: entry.firstSeed, last })}</dd>
        <dt>{page.say("why-worked-out")}</dt>
        <dd class="formula">{page.words(describeFormula(cell.column.formula))}</dd>
        {spread !== undefined && (
          <>
            <dt>{page.say("why-median-seed")}</dt>
            <dd>
              {text(spread.median)}
              {spread.interval !== undefined &&
                ` ${page.say("why-interval", { from: text(spread.interval[0]), to: text(spread.interval[1]) })}`}
            </dd>
          </>
        )}
        {cell.grade !== undefined && (
          <>
            <dt>{page.say("why-document")}</dt>
            <dd>{page.say(cell.grade.word)}</dd>
          </>
        )}
        {worst.length > 0 && (
          <>
            <dt>{page.say("why-worst")}</dt>
            <dd class="cell-seeds">
              {worst.map(({ seed, value }) => (
                <button
                  key={seed}
                  type="button"
                  class="link"
                  onClick={() => {
                    const subject = { scenario, topology, seed };
                    page.show({ subject, known: knownRunOf(page.report, subject) });
                  }}
                >
                  #{seed} {text(value)}
                </button>
              ))}
            </dd>
          </>
        )}
      </dl>
      <CopyButton label={page.say("run-copy-command")} text={() => command} />
    </aside>
  );
}

function worstSeeds({ column, seeds }: Cell): Cell["seeds"] {
  const sign = column.better === "lower" ? 1 : -1;
  return [...seeds].sort((a, b) => sign * (b.value - a.value) || a.seed - b.seed).slice(0, WORST);
}
