import type { Signal } from "@preact/signals";
import { useMemo, useRef } from "preact/hooks";
import { COLUMNS, type ColumnId } from "../../report/comparison/columns.ts";
import type { Comparison } from "../../report/comparison/compare.ts";
import { formatCell, unitOfColumn } from "../../report/comparison/format-cell.ts";
import { knownRunOf } from "../shell/known-runs.ts";
import { usePage } from "../shell/page.ts";
import { useSize } from "../shell/use-size.ts";
import { CellPanel } from "./cell-panel.tsx";
import type { ChosenCell } from "./comparison-table.tsx";
import { DOT, layOutChart, type ChartRow } from "./chart-layout.ts";

const ROW = 36;
const HEAD = 22;

/** Of one column, a dot for each seed of each mode, with the median and where it lies with 95 % confidence. */
export function SeedChart({
  comparison,
  chosen,
}: {
  readonly comparison: Comparison;
  readonly chosen: Signal<ChosenCell>;
}) {
  const page = usePage();
  const { scenario, modes } = comparison;
  const { column, topology: named } = chosen.value;
  const mode = modes.find(({ topology }) => topology === named) ?? modes[0];
  const frame = useRef<HTMLDivElement>(null);
  const width = useSize(frame, "clientWidth");
  const layout = useMemo(() => layOutChart(modes, column, Math.max(120, width)), [modes, column, width]);
  const listed = modes.some(({ entry }) => entry.runs !== undefined);
  if (!listed) return <p class="faint">{page.say("chart-no-seeds")}</p>;
  const unit = unitOfColumn(column);
  const text = (value: number): string => [formatCell(value, column), unit].filter(Boolean).join(" ");
  const open = (topology: string, seed: number): void => {
    const subject = { scenario, topology, seed };
    page.show({ subject, known: knownRunOf(page.report, subject) });
  };
  return (
    <section class="chart">
      <header>
        <h2>
          <label>
            {page.say("chart-title")}{" "}
            <select
              value={column}
              onChange={({ currentTarget }) =>
                (chosen.value = { ...chosen.peek(), column: currentTarget.value as ColumnId })
              }
            >
              {COLUMNS.map(({ id }) => (
                <option key={id} value={id}>
                  {page.say(`column-${id}`)}
                </option>
              ))}
            </select>
          </label>
        </h2>
        <p class="hint">{page.say(`define-${column}`)}.</p>
      </header>
      <div class="chart-body">
        <ol class="chart-names" aria-hidden="true">
          {layout.rows.map(({ topology }) => (
            <li key={topology} class={topology === mode?.topology ? "chosen" : ""}>
              {topology}
            </li>
          ))}
        </ol>
        <div class="chart-plot" ref={frame}>
          <svg
            width={width}
            height={HEAD + ROW * layout.rows.length}
            role="img"
            aria-label={page.say("chart-describe", { column: page.say(`column-${column}`) })}
          >
            {layout.ticks.map(({ value, x }) => (
              <g key={value} transform={`translate(${x} 0)`}>
                <line y1={HEAD - 4} y2={HEAD + ROW * layout.rows.length} class="chart-grid" />
                <text y={HEAD - 9} text-anchor={x > width - 30 ? "end" : x < 24 ? "start" : "middle"}>
                  {text(value)}
                </text>
              </g>
            ))}
            {layout.rows.map((row, place) => (
              <g key={row.topology} transform={`translate(0 ${HEAD + ROW * (place + 0.5)})`}>
                <Row row={row} width={width} title={text} onOpen={(seed) => open(row.topology, seed)} />
              </g>
            ))}
          </svg>
        </div>
        {mode !== undefined && <CellPanel scenario={scenario} mode={mode} column={column} />}
      </div>
      <p class="chart-legend hint">
        <svg width="9" height="9" aria-hidden="true">
          <circle cx="4.5" cy="4.5" r="3.2" class="chart-dot" />
        </svg>{" "}
        {page.say("chart-legend-dot")}
        <svg width="5" height="14" aria-hidden="true">
          <line x1="2" x2="2" y1="0" y2="14" class="chart-median" />
        </svg>{" "}
        {page.say("chart-legend-median")}
        <svg width="26" height="12" aria-hidden="true">
          <rect width="26" height="12" class="chart-interval" />
        </svg>{" "}
        {page.say("chart-legend-interval")}
      </p>
      <details class="chart-values">
        <summary>{page.say("chart-values")}</summary>
        <div class="table-frame" tabIndex={0} role="region" aria-label={page.say("chart-values")}>
          <table>
            <tbody>
              {layout.rows.map(({ topology, dots }) => (
                <tr key={topology}>
                  <th scope="row">{topology}</th>
                  {[...dots]
                    .sort((a, b) => a.seed - b.seed)
                    .map(({ seed, value }) => (
                      <td key={seed}>
                        <button type="button" class="link" onClick={() => open(topology, seed)}>
                          #{seed}
                        </button>{" "}
                        {text(value)}
                      </td>
                    ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </section>
  );
}

function Row({
  row: { topology, dots, median, interval },
  width,
  title,
  onOpen,
}: {
  readonly row: ChartRow;
  readonly width: number;
  readonly title: (value: number) => string;
  readonly onOpen: (seed: number) => void;
}) {
  return (
    <>
      <line x2={width} y1={ROW / 2} y2={ROW / 2} class="chart-line" />
      {interval !== undefined && (
        <rect
          x={interval[0] - 1}
          width={Math.max(2, interval[1] - interval[0] + 2)}
          y={-10}
          height={20}
          class="chart-interval"
        />
      )}
      {median !== undefined && <line x1={median} x2={median} y1={-14} y2={14} class="chart-median" />}
      {dots.map(({ seed, value, x, y }) => (
        <circle key={seed} cx={x} cy={y} r={DOT / 2 - 0.2} class="chart-dot" onClick={() => onOpen(seed)}>
          <title>{`${topology} · #${seed} · ${title(value)}`}</title>
        </circle>
      ))}
    </>
  );
}
