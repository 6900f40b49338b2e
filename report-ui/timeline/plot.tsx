import { effect } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { formatMoment } from "../../report/format.ts";
import { Axis } from "./axis.tsx";
import { Gutter } from "./gutter.tsx";
import { recordAt } from "./hit.ts";
import { onKey } from "./keys.ts";
import type { Layout } from "./layout.ts";
import { Overlay } from "./overlay.tsx";
import { MOST_ARROWS } from "./paint-arrows.ts";
import { TimelinePainter } from "./paint-timeline.ts";
import { paletteOf } from "./palette.ts";
import { followPointers } from "./pointers.ts";
import type { RunView } from "./run-view.ts";
import { onThemeChange } from "./theme-change.ts";
import { useSize } from "../shell/use-size.ts";
import type { View } from "./view.ts";

/** What the pointer is over. */
interface Hover {
  readonly rank: number;
  readonly x: number;
  readonly y: number;
}

/** Sharper than this the eye does not see, and a frame takes too long. */
const MOST_DENSITY = 2;

/** The lanes with their marks, an axis above them, and what is selected over them. */
export function Plot({ view, layout }: { readonly view: RunView; readonly layout: Layout }) {
  const surface = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const width = useSize(surface, "clientWidth");
  const [dense, setDense] = useState(false);
  const [hover, setHover] = useState<Hover | undefined>(undefined);
  const seen = (): View => ({ scale: view.scale.peek(), range: view.range.peek(), width });

  useEffect(() => {
    const target = canvas.current;
    const context = target?.getContext("2d", { alpha: false });
    if (target === null || context === null || context === undefined || width === 0) return undefined;
    const density = Math.min(devicePixelRatio, MOST_DENSITY);
    target.width = Math.round(width * density);
    target.height = Math.round(layout.height * density);
    const painter = new TimelinePainter(context, view.model, paletteOf(target), view.language.peek());
    let frame = 0;
    const paint = (): void => {
      frame = 0;
      const focused = view.selected.peek() !== undefined || view.found.peek() !== undefined;
      const messages = !view.hidden.peek().has("messages");
      setDense(!painter.paint(layout, seen(), density, focused, messages));
    };
    const ask = (): void => {
      if (frame === 0) frame = requestAnimationFrame(paint);
    };
    const stops = [
      effect(() => {
        view.model.applyFlags(view.flags.value);
        ask();
      }),
      effect(() => {
        void view.range.value;
        void view.scale.value;
        void view.hidden.value;
        ask();
      }),
      effect(() => {
        painter.speak(view.language.value);
        ask();
      }),
      onThemeChange(() => {
        painter.colours = paletteOf(target);
        ask();
      }),
    ];
    return () => {
      cancelAnimationFrame(frame);
      for (const stop of stops) stop();
    };
  }, [view, layout, width]);

  useEffect(() => {
    const target = surface.current;
    if (target === null || width === 0) return undefined;
    const hit = (x: number, y: number): number | undefined =>
      recordAt(view.model, layout, seen(), x, y, !view.hidden.peek().has("messages"));
    return followPointers(target, view, {
      width,
      hover: (x, y) => {
        const rank = x === undefined || y === undefined ? undefined : hit(x, y);
        setHover(rank === undefined || x === undefined || y === undefined ? undefined : { rank, x, y });
      },
      choose: (x, y) => {
        const rank = hit(x, y);
        if (rank === undefined) view.clear();
        else view.select(rank);
      },
    });
  }, [view, layout, width]);

  const selected = view.selected.value;
  const chosen = selected === undefined ? undefined : view.records[selected];
  return (
    <div class="plot">
      <Gutter view={view} layout={layout} />
      <div class="plot-column">
        <Axis view={view} width={width} />
        <div
          ref={surface}
          class="plot-surface"
          tabIndex={0}
          role="application"
          aria-label={view.say("timeline-describe")}
          onKeyDown={(event) => onKey(event, view)}
        >
          <canvas ref={canvas} class="plot-canvas" style={{ height: `${layout.height}px` }} />
          <Overlay view={view} layout={layout} width={width} />
          {hover === undefined ? null : <Tip view={view} hover={hover} width={width} />}
        </div>
        <p class="plot-note">
          {dense
            ? view.say("timeline-dense", { count: MOST_ARROWS })
            : view.say(matchMedia("(pointer: coarse)").matches ? "timeline-hint-touch" : "timeline-hint")}
        </p>
      </div>
      <p class="hidden-text" aria-live="polite">
        {chosen === undefined
          ? ""
          : view.say("timeline-event-at", {
              host: chosen.host,
              time: formatMoment(chosen.time),
              said: view.sentence(chosen),
            })}
      </p>
    </div>
  );
}

function Tip({ view, hover, width }: { readonly view: RunView; readonly hover: Hover; readonly width: number }) {
  const record = view.records[hover.rank];
  if (record === undefined) return null;
  const side = hover.x > width / 2 ? { right: `${width - hover.x + 12}px` } : { left: `${hover.x + 12}px` };
  return (
    <div class="plot-tip" aria-hidden="true" style={{ top: `${hover.y + 12}px`, ...side }}>
      <span class="plot-tip-time">{formatMoment(record.time)}</span> <b>{record.host}</b> {view.sentence(record)}
    </div>
  );
}
