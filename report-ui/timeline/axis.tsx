import type { RunView } from "./run-view.ts";
import { ticksOf } from "./ticks.ts";
import { toPixel } from "./view.ts";

/** Room for a label, in CSS pixels. */
const LABEL = 110;

/** Round times, or ranks, above the lanes. */
export function Axis({ view, width }: { readonly view: RunView; readonly width: number }) {
  const scale = view.scale.value;
  const range = view.range.value;
  const ticks = width === 0 ? [] : ticksOf(range, scale, Math.max(2, Math.round(width / LABEL)));
  return (
    <svg class="plot-axis" width={width} height={22} aria-hidden="true">
      {ticks.map(({ place, label }) => {
        const x = Math.round(toPixel({ scale, range, width }, place)) + 0.5;
        // A label at the edge leans inwards.
        const anchor = x < 24 ? "start" : x > width - 30 ? "end" : "middle";
        return (
          <g key={label}>
            <line x1={x} x2={x} y1={17} y2={22} />
            <text x={x} y={12} text-anchor={anchor}>
              {label}
            </text>
          </g>
        );
      })}
    </svg>
  );
}
