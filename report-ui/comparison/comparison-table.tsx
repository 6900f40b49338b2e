import { useSignal, type Signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { COLUMNS, type ColumnId } from "../../report/comparison/columns.ts";
import type { Cell, ComparedMode, Comparison } from "../../report/comparison/compare.ts";
import { formatCell, unitOfColumn } from "../../report/comparison/format-cell.ts";
import { designOf, type Grade } from "../../report/comparison/grades.ts";
import type { MessageId } from "../../report/messages/english.ts";
import { knownRunOf } from "../shell/known-runs.ts";
import { usePage } from "../shell/page.ts";
import { TopologyName } from "../shell/topology-name.tsx";
import { sortModes, type Sorting, type SortKey } from "./sort-modes.ts";

/** The figure that is looked at: a column, and a mode in it. */
export interface ChosenCell {
  readonly column: ColumnId;
  readonly topology: string;
}

/** The document's marks in characters that every machine has. */
const MARKS: Readonly<Record<Grade["mark"], string>> = { "✅": "✔", "⚠️": "△", "❌": "✘" };

/** A row a mode, a column a figure; each head sorts. */
export function ComparisonTable({
  comparison: { scenario, modes },
  chosen,
}: {
  readonly comparison: Comparison;
  readonly chosen: Signal<ChosenCell>;
}) {
  const page = usePage();
  const sorting = useSignal<Sorting>({ by: "mode", descending: false });
  const sorted = sortModes(modes, sorting.value);
  const grouped = sorting.value.by === "mode";
  return (
    <div class="table-frame" tabIndex={0} role="region" aria-label={page.say("compare-title")}>
      <table class="compare-table">
        <thead>
          <tr>
            <Head sorting={sorting} by="mode" title="column-mode" />
            <Head sorting={sorting} by="consistency" title="column-consistency" define="define-consistency" />
            {COLUMNS.map(({ id }) => (
              <Head
                key={id}
                sorting={sorting}
                by={id}
                title={`column-${id}`}
                define={`define-${id}`}
                unit={unitOfColumn(id)}
                charted={chosen.value.column === id}
              />
            ))}
            <Head sorting={sorting} by="smallest-seed" title="column-smallest-seed" />
          </tr>
        </thead>
        <tbody>
          {sorted.map((mode, place) => {
            const first = designOf(sorted[place - 1]?.topology ?? "") !== designOf(mode.topology);
            return (
              <Row
                key={mode.topology}
                mode={mode}
                scenario={scenario}
                chosen={chosen}
                divided={grouped && first && place > 0}
              />
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function Head({
  sorting,
  by,
  title,
  define,
  unit = "",
  charted = false,
}: {
  readonly sorting: Signal<Sorting>;
  readonly by: SortKey;
  readonly title: MessageId;
  readonly define?: MessageId;
  readonly unit?: string;
  readonly charted?: boolean;
}) {
  const page = usePage();
  const { by: now, descending } = sorting.value;
  const active = now === by;
  const turn = (): void => {
    sorting.value = { by, descending: active && !descending };
  };
  return (
    <th
      scope="col"
      class={charted ? "charted" : ""}
      aria-sort={active ? (descending ? "descending" : "ascending") : undefined}
      title={define === undefined ? undefined : page.say(define)}
    >
      <button type="button" onClick={turn}>
        {page.say(title)}
        {unit !== "" && <span class="unit">{unit}</span>}
        <span class="sort-sign" aria-hidden="true">
          {active ? (descending ? "▾" : "▴") : ""}
        </span>
      </button>
    </th>
  );
}

function Row({
  mode,
  scenario,
  chosen,
  divided,
}: {
  readonly mode: ComparedMode;
  readonly scenario: string;
  readonly chosen: Signal<ChosenCell>;
  readonly divided: boolean;
}) {
  const page = usePage();
  const { topology, consistency, smallestSeed, cells } = mode;
  return (
    <tr class={divided ? "divided" : ""}>
      <th scope="row">
        <TopologyName topology={topology} />
      </th>
      <td class="words">
        {consistency.held ? (
          <span class="ok">
            <span aria-hidden="true">✔</span> {page.words(consistency.promised)}
          </span>
        ) : consistency.broken === undefined ? (
          <span class="warn">? {page.say("matrix-undecided")}</span>
        ) : (
          <span class="bad">
            <span aria-hidden="true">✘</span>{" "}
            {page.say("compare-broken", {
              title: page.words(consistency.broken.title),
              share: Math.max(1, Math.round(consistency.broken.share * 100)),
            })}
          </span>
        )}
        <GradeOf grade={consistency.grade} />
      </td>
      {cells.map((cell) => (
        <Figure key={cell.column.id} topology={topology} cell={cell} chosen={chosen}>
          <GradeOf grade={cell.grade} />
        </Figure>
      ))}
      <td>
        {smallestSeed === undefined ? (
          <span class="faint">–</span>
        ) : (
          <button
            type="button"
            class="link figures"
            aria-label={page.say("compare-open-seed", { seed: smallestSeed, topology })}
            onClick={() => {
              const subject = { scenario, topology, seed: smallestSeed };
              page.show({ subject, known: knownRunOf(page.report, subject) });
            }}
          >
            #{smallestSeed}
          </button>
        )}
      </td>
    </tr>
  );
}

function Figure({
  topology,
  cell: { column, value },
  chosen,
  children,
}: {
  readonly topology: string;
  readonly cell: Cell;
  readonly chosen: Signal<ChosenCell>;
  readonly children: ComponentChildren;
}) {
  const { id } = column;
  const lost = id === "lost-writes" && value !== undefined && value > 0;
  const charted = chosen.value.column === id;
  return (
    <td class={charted ? "charted" : ""}>
      <button
        type="button"
        class={`figure ${lost ? "bad" : value === undefined ? "faint" : ""}`}
        aria-pressed={charted && chosen.value.topology === topology}
        onClick={() => (chosen.value = { column: id, topology })}
      >
        {lost && <span aria-hidden="true">✘ </span>}
        {value === undefined ? "–" : formatCell(value, id)}
      </button>
      {children}
    </td>
  );
}

/** What the document says of it. */
function GradeOf({ grade }: { readonly grade: Grade | undefined }) {
  const page = usePage();
  if (grade === undefined) return null;
  return (
    <span class="grade">
      <span class="hidden-text">{page.say("compare-document")}</span>
      <span aria-hidden="true">{MARKS[grade.mark]}</span> {page.say(grade.word)}
    </span>
  );
}
