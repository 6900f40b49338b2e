import type { RunView } from "./run-view.ts";
import { ticksOf } from "./ticks.ts";
import { toPixel } from "./view.ts";

/** Room for a label, and of each of its letters, in CSS pixels. */
const LABEL = 110;
const LETTER = 6.4;

/** Round times, or ranks, above the lanes. */
export function Axis({ view, width }: { readonly view: RunView; readonly width: number }) {
  const scale = view.scale.value;
  const range = view.range.value;
  const ticks = width === 0 ? [] : ticksOf(range, scale, Math.max(2, Math.round(width / LABEL)));
  let free = -Infinity;
  return (
    <svg class="plot-axis" width={width} height={22} aria-hidden="true">
      {ticks.map(({ place, label }, at) => {
        const x = Math.round(toPixel({ scale, range, width }, place)) + 0.5;
        const room = label.length * LETTER;
        // A label at the edge leans inwards; one that would run into the one before is left out.
        const start = Math.min(Math.max(0, x - room / 2), width - room);
        const fits = start > free;
        if (fits) free = start + room + LETTER;
        return (
          <g key={at}>
            <line x1={x} x2={x} y1={17} y2={22} />
            {fits ? (
              <text x={start + room / 2} y={12} text-anchor="middle">
                {label}
              </text>
            ) : null}
          </g>
        );
      })}
    </svg>
  );
}
