import { distance } from "./distance.ts";
import { boxAt, rowTop, type Layout } from "./layout.ts";
import { MOST_ARROWS } from "./paint-arrows.ts";
import type { TimelineModel } from "./timeline-model.ts";
import { fromPixel, pixelsPerUnit, toPixel, type View } from "./view.ts";

/** How far a pointer may be off, in CSS pixels. */
const REACH = 6;

/** The record behind what is drawn at a point: a mark of the lane there, or else a message; undefined for neither. */
export function recordAt(
  model: TimelineModel,
  layout: Layout,
  view: View,
  x: number,
  y: number,
  messages: boolean,
): number | undefined {
  return markAt(model, layout, view, x, y) ?? (messages ? arrowAt(model, layout, view, x, y) : undefined);
}

function markAt(model: TimelineModel, layout: Layout, view: View, x: number, y: number): number | undefined {
  const box = boxAt(layout, y);
  if (box === undefined) return undefined;
  const scale = pixelsPerUnit(view);
  const place = fromPixel(view, x);
  let nearest: number | undefined;
  let least = REACH;
  for (const strip of model.strips[box.index] ?? []) {
    const top = rowTop(box, strip.row);
    if (y < top - 1 || y > top + box.row + 1) continue;
    const reach = REACH / scale;
    strip.trees[view.scale].walk(place - reach, place + reach, -1, (first, last, _count, found) => {
      // What lies behind is hit only where nothing lies before it.
      const off = Math.max(first - place, place - last, 0) * scale + (strip.behind ? REACH / 2 : 0);
      if (off > least) return;
      least = off;
      nearest = box.lane.marks.startRank[strip.marks[found] as number];
    });
  }
  return nearest;
}

function arrowAt(model: TimelineModel, layout: Layout, view: View, x: number, y: number): number | undefined {
  const tree = model.arrowTrees[view.scale];
  const { from, to } = view.range;
  if (tree.countIn(from, to, MOST_ARROWS) > MOST_ARROWS) return undefined;
  const { arrows } = model;
  let nearest: number | undefined;
  let least = REACH;
  tree.walk(from, to, -1, (first, last, _count, arrow) => {
    const y0 = layout.ports.get(arrows.hosts[arrows.from[arrow] as number] ?? "");
    const y1 = layout.ports.get(arrows.hosts[arrows.to[arrow] as number] ?? "");
    if (y0 === undefined || y1 === undefined) return;
    const off = distance(x, y, toPixel(view, first), y0, toPixel(view, last), y1);
    if (off >= least) return;
    least = off;
    nearest = arrows.startRank[arrow];
  });
  return nearest;
}
