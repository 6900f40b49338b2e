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

const HEAD = 22;
/** Height of a row: where its name stands beside it, and where it stands above it. */
const ROW = 36;
const TALL_ROW = 50;
/** Where the dots of a row with its name above them lie: from its top. */
const TALL_MIDDLE = 32;
/** Below this width of names, dots and all, names stand above their rows. */
const NARROW = 600;
/** How far from its middle a dot is still hit. */
const REACH = 8;

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
  const body = useRef<HTMLDivElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  const width = useSize(frame, "clientWidth");
  const stacked = useSize(body, "clientWidth", NARROW) < NARROW;
  const row = stacked ? TALL_ROW : ROW;
  const middle = stacked ? TALL_MIDDLE : ROW / 2;
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
        <p class="hint">
          {page.say("chart-definition", { definition: page.say(`define-${column}`) })}{" "}
          {layout.logarithmic && page.say("chart-logarithmic")}
        </p>
      </header>
      <div class={stacked ? "chart-body stacked" : "chart-body"} ref={body}>
        <ol class="chart-names" aria-hidden="true">
          {layout.rows.map(({ topology }) => (
            <li key={topology} class={topology === mode?.topology ? "chosen" : ""} style={{ height: `${row}px` }}>
              {topology}
            </li>
          ))}
        </ol>
        <div class="chart-plot" ref={frame}>
          <svg
            width={width}
            height={HEAD + row * layout.rows.length}
            role="img"
            aria-label={page.say("chart-describe", { column: page.say(`column-${column}`) })}
          >
            {layout.ticks.map(({ value, x }) => (
              <g key={value} transform={`translate(${x} 0)`}>
                <line y1={HEAD - 4} y2={HEAD + row * layout.rows.length} class="chart-grid" />
                <text y={HEAD - 9} text-anchor={x > width - 30 ? "end" : x < 24 ? "start" : "middle"}>
                  {text(value)}
                </text>
              </g>
            ))}
            {layout.rows.map((each, place) => (
              <g key={each.topology} transform={`translate(0 ${HEAD + row * place + middle})`}>
                <line x2={width} y1={row - middle} y2={row - middle} class="chart-line" />
                <Row row={each} title={text} onOpen={(seed) => open(each.topology, seed)} />
              </g>
            ))}
          </svg>
        </div>
        <p class="chart-legend hint">
          <span>
            <svg width="9" height="9" aria-hidden="true">
              <circle cx="4.5" cy="4.5" r="3.2" class="chart-dot" />
            </svg>{" "}
            {page.say("chart-legend-dot")}
          </span>
          <span>
            <svg width="10" height="10" aria-hidden="true">
              <path d="M2 2l6 6M2 8l6-6" class="chart-cross" />
            </svg>{" "}
            {page.say("chart-legend-wrong")}
          </span>
          <span>
            <svg width="5" height="14" aria-hidden="true">
              <line x1="2" x2="2" y1="0" y2="14" class="chart-median" />
            </svg>{" "}
            {page.say("chart-legend-median")}
          </span>
          <span>
            <svg width="26" height="12" aria-hidden="true">
              <rect width="26" height="12" class="chart-interval" />
            </svg>{" "}
            {page.say("chart-legend-interval")}
          </span>
        </p>
        {mode !== undefined && <CellPanel scenario={scenario} mode={mode} column={column} />}
      </div>
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
  title,
  onOpen,
}: {
  readonly row: ChartRow;
  readonly title: (value: number) => string;
  readonly onOpen: (seed: number) => void;
}) {
  return (
    <>
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
      {dots.map(({ seed, value, x, y, wrong }) => (
        <g key={seed} class="chart-seed" transform={`translate(${x} ${y})`} onClick={() => onOpen(seed)}>
          <title>{`${topology} · #${seed} · ${title(value)}`}</title>
          <circle r={REACH} class="chart-reach" />
          {wrong ? <path d="M-3-3L3 3M-3 3L3-3" class="chart-cross" /> : <circle r={DOT / 2 - 0.2} class="chart-dot" />}
        </g>
      ))}
    </>
  );
}
