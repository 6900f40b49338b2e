import { Fate } from "../../report/arrows.ts";
import { countUpTo } from "../../report/track.ts";
import type { LaneBox, Layout } from "./layout.ts";
import type { Painter } from "./paint-marks.ts";
import { Flag, type TimelineModel } from "./timeline-model.ts";
import { fromPixel, toPixel } from "./view.ts";

/** Above so many messages in the window, how many there are says more than where each goes. */
export const MOST_ARROWS = 3000;
/** Above so many, an arrow is a line: heads would hide what they point at. */
const MOST_HEADS = 250;
/** Up to so many, lines may be dashed. */
const MOST_DASHED = 600;
const HEAD = 5;
/** Width of the bars of a density. */
const BIN = 3;

const ANY_FLAG = Flag.PAST | Flag.FUTURE | Flag.SELECTED | Flag.FOUND;

/** Lines in one style, gathered so that they are drawn at once. */
interface Pen {
  readonly colour: string;
  readonly alpha: number;
  readonly width: number;
  readonly dash: readonly number[];
  readonly lines: number[];
}

/** Draws messages as arrows from lane to lane. @returns whether there were few enough */
export function paintArrows(painter: Painter, model: TimelineModel, layout: Layout): boolean {
  const { context, palette, view, focused } = painter;
  const tree = model.arrowTrees[view.scale];
  const { from, to } = view.range;
  const count = tree.countIn(from, to, MOST_ARROWS);
  // Among very many, those that the selection is about are drawn by themselves, if they are not too many too.
  const only = count > MOST_ARROWS ? ANY_FLAG : 0;
  if (only !== 0 && (!focused || tree.countIn(from, to, MOST_ARROWS, only) > MOST_ARROWS)) return false;
  const { arrows } = model;
  const { fate } = arrows;
  const ports = arrows.hosts.map((host) => layout.ports.get(host));
  const plain: Pen = { colour: palette.message, alpha: focused ? 0.15 : fading(count), width: 1, dash: [], lines: [] };
  const lost: Pen = { colour: palette.wrong, alpha: focused ? 0.35 : 0.9, width: 1.25, dash: [3, 3], lines: [] };
  // Thick and dashed lines take long to draw, and many of them hide each other.
  const few = count <= MOST_DASHED;
  const alpha = few ? 1 : fading(count) * 2;
  const width = few ? 1.5 : 1;
  const past: Pen = { colour: palette.past, alpha, width, dash: [], lines: [] };
  const future: Pen = { colour: palette.future, alpha, width, dash: few ? [5, 3] : [], lines: [] };
  const chosen: Pen = { colour: palette.selected, alpha: 1, width: 2.5, dash: [], lines: [] };
  const crosses: number[] = [];
  tree.walk(
    from,
    to,
    -1,
    (first, last, _count, arrow, flags) => {
      const y0 = ports[arrows.from[arrow] as number];
      const y1 = ports[arrows.to[arrow] as number];
      if (y0 === undefined || y1 === undefined) return;
      const x0 = toPixel(view, first);
      const dropped = fate[arrow] === Fate.DROPPED;
      const x1 = toPixel(view, last);
      const pen =
        (flags & Flag.SELECTED) !== 0
          ? chosen
          : (flags & Flag.PAST) !== 0
            ? past
            : (flags & Flag.FUTURE) !== 0
              ? future
              : dropped
                ? lost
                : plain;
      // Of what was lost nobody knows how far it came: it is drawn as going halfway.
      const end = dropped ? (y0 + y1) / 2 : y1;
      const reach = dropped ? Math.max(x1, x0 + Math.min(12, Math.abs(end - y0) * 0.3)) : x1;
      pen.lines.push(x0, y0, reach, end);
      if (dropped) crosses.push(reach, end);
    },
    only,
  );
  for (const pen of [plain, lost, future, past, chosen]) drawLines(context, pen, count <= MOST_HEADS && pen !== lost);
  context.globalAlpha = lost.alpha;
  context.strokeStyle = palette.wrong;
  context.lineWidth = 1.75;
  context.beginPath();
  for (let at = 0; at < crosses.length; at += 2) {
    const x = crosses[at] as number;
    const y = crosses[at + 1] as number;
    context.moveTo(x - 3, y - 3);
    context.lineTo(x + 3, y + 3);
    context.moveTo(x + 3, y - 3);
    context.lineTo(x - 3, y + 3);
  }
  context.stroke();
  context.globalAlpha = 1;
  return count <= MOST_ARROWS;
}

/** The more messages there are, the fainter each is, so that lanes stay readable behind them. */
function fading(count: number): number {
  return Math.min(0.85, Math.max(0.16, 12 / Math.sqrt(count)));
}

function drawLines(
  context: CanvasRenderingContext2D,
  { colour, alpha, width, dash, lines }: Pen,
  heads: boolean,
): void {
  if (lines.length === 0) return;
  context.globalAlpha = alpha;
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.setLineDash([...dash]);
  context.beginPath();
  for (let at = 0; at < lines.length; at += 4) {
    context.moveTo(lines[at] as number, lines[at + 1] as number);
    context.lineTo(lines[at + 2] as number, lines[at + 3] as number);
  }
  context.stroke();
  context.setLineDash([]);
  if (heads) drawHeads(context, colour, lines);
  context.globalAlpha = 1;
}

function drawHeads(context: CanvasRenderingContext2D, colour: string, lines: readonly number[]): void {
  context.fillStyle = colour;
  context.beginPath();
  for (let at = 0; at < lines.length; at += 4) {
    const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = lines.slice(at, at + 4);
    const length = Math.hypot(x1 - x0, y1 - y0);
    if (length < 3 * HEAD) continue;
    const [ux, uy] = [(x1 - x0) / length, (y1 - y0) / length];
    context.moveTo(x1, y1);
    context.lineTo(x1 - HEAD * ux - HEAD * 0.45 * uy, y1 - HEAD * uy + HEAD * 0.45 * ux);
    context.lineTo(x1 - HEAD * ux + HEAD * 0.45 * uy, y1 - HEAD * uy - HEAD * 0.45 * ux);
    context.closePath();
  }
  context.fill();
}

/** Draws how many messages were sent, and how many lost, in the network's lane. */
export function paintDensity(painter: Painter, model: TimelineModel, box: LaneBox): void {
  const { context, palette, view } = painter;
  const sent = binned(model.sent[view.scale], painter);
  const lost = binned(model.lost[view.scale], painter);
  const most = sent.reduce((greatest, count) => Math.max(greatest, count), 1);
  const room = box.height - 6;
  const bottom = box.y + box.height - 3;
  // Few beside many must still show.
  const height = (count: number): number => (count === 0 ? 0 : 1 + (room - 1) * Math.sqrt(count / most));
  context.fillStyle = palette.message;
  context.globalAlpha = painter.focused ? 0.35 : 0.8;
  sent.forEach((count, bin) => {
    if (count > 0) context.fillRect(bin * BIN, bottom - height(count), BIN - 0.5, height(count));
  });
  context.globalAlpha = 1;
  context.fillStyle = palette.wrong;
  lost.forEach((count, bin) => {
    if (count > 0) context.fillRect(bin * BIN, bottom - height(count), BIN - 0.5, height(count));
  });
}

/** How many of the sorted places fall into each bar. */
function binned(places: Float64Array, { view }: Painter): number[] {
  const counts: number[] = [];
  // Each bar begins where the one before ended, so none is counted twice.
  let before = countUpTo(places, fromPixel(view, 0));
  for (let x = BIN; x < view.width + BIN; x += BIN) {
    const upTo = countUpTo(places, fromPixel(view, x));
    counts.push(upTo - before);
    before = upTo;
  }
  return counts;
}
