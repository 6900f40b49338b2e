import type { Layout } from "./layout.ts";
import { rowTop } from "./layout.ts";
import type { RunView } from "./run-view.ts";
import { toPixel } from "./view.ts";

/** What is the same at every zoom: the cursor, the selection, the violation. */
export function Overlay({
  view,
  layout,
  width,
}: {
  readonly view: RunView;
  readonly layout: Layout;
  readonly width: number;
}) {
  const scale = view.scale.value;
  const range = view.range.value;
  const { violation } = view.source;
  const xOf = (rank: number): number =>
    Math.round(toPixel({ scale, range, width }, view.model.scales.placeOf(rank, scale))) + 0.5;
  const cursor = xOf(view.cursor.value);
  const selected = view.selected.value;
  return (
    <svg class="plot-overlay" width={width} height={layout.height} aria-hidden="true">
      {violation === undefined ? null : <Flag x={xOf(violation.index)} height={layout.height} width={width} />}
      <line class="plot-cursor" x1={cursor} x2={cursor} y1={0} y2={layout.height} />
      {selected === undefined ? null : <Ring view={view} layout={layout} rank={selected} x={xOf(selected)} />}
    </svg>
  );
}

function Flag({ x, height, width }: { readonly x: number; readonly height: number; readonly width: number }) {
  if (x < -20 || x > width + 20) return null;
  const to = x > width - 20 ? -1 : 1;
  return (
    <g class="plot-violation">
      <line x1={x} x2={x} y1={0} y2={height} />
      <path d={`M${x} 0h${to * 15}v13h${-to * 15}z`} />
      <text x={x + to * 7.5} y={10} text-anchor="middle">
        ✘
      </text>
    </g>
  );
}

/** A frame around the mark of the selected record. */
function Ring({
  view,
  layout,
  rank,
  x,
}: {
  readonly view: RunView;
  readonly layout: Layout;
  readonly rank: number;
  readonly x: number;
}) {
  const { laneOf, markOf } = view.model.lanes;
  const box = layout.boxes.find(({ index }) => index === laneOf[rank]);
  const host = view.records[rank]?.host ?? "";
  const port = layout.ports.get(host);
  if (box === undefined) {
    return port === undefined ? null : <circle class="plot-selected" cx={x} cy={port} r={6} />;
  }
  const top = rowTop(box, box.lane.marks.row[markOf[rank] ?? 0] ?? 0);
  return <rect class="plot-selected" x={x - 6} y={top - 1} width={12} height={box.row + 2} rx={3} />;
}
