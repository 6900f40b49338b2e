import { brushX, select, type BrushBehavior, type D3BrushEvent } from "d3";
import { effect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Weight } from "../../report/mark.ts";
import { paletteOf } from "./palette.ts";
import { lengthOf } from "./range.ts";
import type { RunView } from "./run-view.ts";
import type { ScaleKind } from "./scales.ts";
import { onThemeChange } from "./theme-change.ts";
import { useSize } from "../shell/use-size.ts";
import { fromPixel, toPixel, type View } from "./view.ts";

const HEIGHT = 36;
const BIN = 2;
/** A brush thinner than this could not be taken hold of. */
const LEAST_BRUSH = 3;

/** The whole run: how much happened when, and a brush over what is shown below. */
export function Overview({ view }: { readonly view: RunView }) {
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const handle = useRef<SVGGElement>(null);
  const width = useSize(frame, "clientWidth");
  const scale = view.scale.value;

  useEffect(() => {
    const target = canvas.current;
    if (target === null || width === 0) return undefined;
    paint(target, view, width, scale);
    return onThemeChange(() => paint(target, view, width, scale));
  }, [view, width, scale]);

  useEffect(() => {
    const group = handle.current;
    if (group === null || width === 0) return undefined;
    const whole: View = { scale, range: view.whole, width };
    const brush: BrushBehavior<unknown> = brushX<unknown>()
      .extent([
        [0, 0],
        [width, HEIGHT],
      ])
      .on("brush end", ({ sourceEvent, selection }: D3BrushEvent<unknown>) => {
        // What moves without a hand on it moved because the window did.
        if (sourceEvent === undefined || sourceEvent === null) return;
        if (selection === null) {
          view.fit();
          return;
        }
        const [from, to] = selection as [number, number];
        view.setRange({ from: fromPixel(whole, from), to: fromPixel(whole, to) });
      });
    const brushed = select<SVGGElement, unknown>(group).call(brush);
    const stop = effect(() => {
      const { from, to } = view.range.value;
      const [left, right] = [toPixel(whole, from), toPixel(whole, to)];
      const thin = Math.max(0, LEAST_BRUSH - (right - left)) / 2;
      const all = left <= 1 && right >= width - 1;
      // Where all is chosen there would be no room to draw another choice.
      brushed.call(brush.move.bind(brush), all ? null : [Math.max(0, left - thin), Math.min(width, right + thin)]);
    });
    return () => {
      stop();
      brushed.on(".brush", null).selectAll("*").remove();
    };
  }, [view, width, scale]);

  return (
    <div class="overview">
      <div class="overview-space" aria-hidden="true" />
      <div ref={frame} class="overview-frame" title={view.say("timeline-overview")}>
        <canvas ref={canvas} class="overview-canvas" style={{ height: `${HEIGHT}px` }} aria-hidden="true" />
        <svg class="overview-brush" width={width} height={HEIGHT} aria-hidden="true">
          <g ref={handle} />
        </svg>
      </div>
    </div>
  );
}

/** Counts what was recorded, and what of it was wrong, by columns. */
function paint(target: HTMLCanvasElement, view: RunView, width: number, scale: ScaleKind): void {
  const context = target.getContext("2d");
  if (context === null) return;
  const density = Math.min(devicePixelRatio, 2);
  target.width = Math.round(width * density);
  target.height = Math.round(HEIGHT * density);
  context.setTransform(density, 0, 0, density, 0, 0);
  context.clearRect(0, 0, width, HEIGHT);
  const palette = paletteOf(target);
  const { scales, lanes } = view.model;
  const whole: View = { scale, range: view.whole, width };
  const bins = Math.ceil(width / BIN);
  const all = new Float64Array(bins);
  const wrong = new Float64Array(bins);
  const binOf = (place: number): number => Math.min(bins - 1, Math.max(0, Math.floor(toPixel(whole, place) / BIN)));
  for (const { index } of view.records) {
    const bin = binOf(scales.placeOf(index, scale));
    all[bin] = (all[bin] as number) + 1;
    if (view.weightOf(index) >= Weight.WRONG) wrong[bin] = (wrong[bin] as number) + 1;
  }
  // Faults are bars at the bottom: how long they lasted matters, not how many records they made.
  const faults = lanes.lanes.find(({ kind }) => kind === "faults")?.marks;
  const [begins, ends] = scale === "time" ? [faults?.start, faults?.end] : [faults?.startRank, faults?.endRank];
  context.fillStyle = palette.marks.fault;
  for (let mark = 0; mark < (faults?.count ?? 0); mark++) {
    const x = toPixel(whole, begins?.[mark] ?? 0);
    context.fillRect(
      x,
      HEIGHT - 3,
      Math.max(2, ((ends?.[mark] ?? 0) - (begins?.[mark] ?? 0)) * (width / lengthOf(whole.range))),
      3,
    );
  }
  const most = all.reduce((greatest, count) => Math.max(greatest, count), 1);
  const room = HEIGHT - 9;
  for (let bin = 0; bin < bins; bin++) {
    const count = all[bin] as number;
    if (count === 0) continue;
    const height = 1 + (room - 1) * Math.sqrt(count / most);
    context.fillStyle = palette.message;
    context.fillRect(bin * BIN, HEIGHT - 4 - height, BIN - 0.5, height);
    const bad = wrong[bin] as number;
    if (bad === 0) continue;
    context.fillStyle = palette.wrong;
    context.fillRect(
      bin * BIN,
      HEIGHT - 4 - Math.max(3, height * (bad / count)),
      BIN - 0.5,
      Math.max(3, height * (bad / count)),
    );
  }
  const { violation } = view.source;
  if (violation === undefined) return;
  const x = toPixel(whole, scales.placeOf(violation.index, scale));
  context.fillStyle = palette.wrong;
  context.fillRect(x - 0.75, 0, 1.5, HEIGHT);
  context.beginPath();
  context.moveTo(x - 4, 0);
  context.lineTo(x + 4, 0);
  context.lineTo(x, 5);
  context.fill();
}
