import { MARK_KINDS, Weight, type MarkKind } from "../../report/mark.ts";
import { drawGlyph, glyphOf } from "./glyph.ts";
import { rowTop, type LaneBox } from "./layout.ts";
import type { Palette } from "./palette.ts";
import type { Strip } from "./strips.ts";
import { Flag } from "./timeline-model.ts";
import { pixelsPerUnit, toPixel, type View } from "./view.ts";

/** Marks closer than this many pixels are drawn as one. */
const COARSE = 2;
/** From which width on a mark is a bar, not a shape. */
const BAR = 5;
/** Room that a shape needs to itself; where there is less, it is a stroke. */
const GLYPH_ROOM = 7;
/** From which width on a bar is labelled, in a row of which height. */
const LABELLED = 30;
const LETTERS = 13;
const DIMMED = 0.22;
/** How much of the label of such a mark is seen. */
const LABEL_OF_DIMMED = 0.6;
/** Height of the frame around what a search found. */
const FOUND = 13;

/** What is drawn, and how. */
export interface Painter {
  readonly context: CanvasRenderingContext2D;
  readonly palette: Palette;
  readonly view: View;
  /** Whether something is selected or searched for, so that the rest steps back. */
  readonly focused: boolean;
  /** Patterns by colour: what lasts, and what went wrong, is hatched. */
  hatch(colour: string): CanvasPattern | string;
  /** What a mark is labelled with; "" for nothing. */
  label(lane: number, mark: number): string;
}

const OUTLINED: ReadonlySet<MarkKind> = new Set(["read"]);
const HATCHED: ReadonlySet<MarkKind> = new Set(["fault", "down", "paused", "stall"]);

/** Draws one strip of a lane. */
export function paintStrip(painter: Painter, box: LaneBox, strip: Strip): void {
  const { view, focused, context } = painter;
  const { marks } = box.lane;
  const scale = pixelsPerUnit(view);
  const top = rowTop(box, strip.row);
  const strokes = new Strokes(painter, box, top);
  // A shape is put off until it is known how far away the next one is.
  let waiting: { readonly x: number; readonly mark: number; readonly flags: number } | undefined;
  let free = -Infinity;
  const settle = (next: number): void => {
    if (waiting === undefined) return;
    const { x, mark, flags } = waiting;
    waiting = undefined;
    const kind = MARK_KINDS[marks.kind[mark] as number] as MarkKind;
    const weight = marks.weight[mark] as number;
    const alpha = focused && flags === 0 ? DIMMED : 1;
    if (x - free >= GLYPH_ROOM / 2 && next - x >= GLYPH_ROOM / 2) {
      context.globalAlpha = alpha;
      paintShape(painter, box, top, kind, x, weight);
    } else {
      strokes.add(colourOf(painter, kind, weight), alpha, x, COARSE / 2, 1);
    }
    if (flags !== 0) paintFlags(painter, box, top, x - 3, 6, flags);
    free = x;
  };
  const coarse = COARSE / scale;
  strip.trees[view.scale].walk(view.range.from, view.range.to, coarse, (first, last, count, found, flags) => {
    const mark = strip.marks[found] as number;
    const x = toPixel(view, first);
    const width = (last - first) * scale;
    settle(x);
    if (count === 1 && width < BAR) {
      waiting = { x: x + width / 2, mark, flags };
      return;
    }
    const kind = MARK_KINDS[marks.kind[mark] as number] as MarkKind;
    const weight = marks.weight[mark] as number;
    const alpha = focused && flags === 0 ? DIMMED : 1;
    if (count > 1) {
      strokes.add(colourOf(painter, kind, weight), alpha, x, Math.max(COARSE, width), count);
    } else {
      context.globalAlpha = alpha;
      paintBar(painter, box, top, mark, kind, weight, x, width);
    }
    if (flags !== 0) paintFlags(painter, box, top, x, Math.max(COARSE, width), flags);
    free = x + width;
  });
  settle(Infinity);
  strokes.end();
  context.globalAlpha = 1;
}

function colourOf({ palette }: Painter, kind: MarkKind, weight: number): string {
  return weight >= Weight.WRONG ? palette.wrong : palette.marks[kind];
}

/** How tall a stroke is, as a share of its row: the more marks it stands for, the taller. */
function tallness(count: number): number {
  return count === 1 ? 0.45 : count < 5 ? 0.6 : count < 20 ? 0.75 : 0.9;
}

/** Marks that are too close together for shapes. Those that touch and look the same are drawn as one. */
class Strokes {
  private readonly painter: Painter;
  private readonly box: LaneBox;
  private readonly top: number;
  private colour = "";
  private alpha = 1;
  private height = 0;
  private from = 0;
  private to = -Infinity;

  constructor(painter: Painter, box: LaneBox, top: number) {
    this.painter = painter;
    this.box = box;
    this.top = top;
  }

  add(colour: string, alpha: number, x: number, width: number, count: number): void {
    const height = this.box.row * tallness(count);
    const same = colour === this.colour && alpha === this.alpha && height === this.height;
    if (!same || x > this.to + 1) {
      this.end();
      this.colour = colour;
      this.alpha = alpha;
      this.height = height;
      this.from = x;
    }
    this.to = Math.max(this.to, x + width);
  }

  /** Draws what has not been drawn yet. */
  end(): void {
    if (this.to > this.from) {
      const { context } = this.painter;
      context.globalAlpha = this.alpha;
      context.fillStyle = this.colour;
      context.fillRect(this.from, this.top + (this.box.row - this.height) / 2, this.to - this.from, this.height);
    }
    this.to = -Infinity;
  }
}

function paintShape(
  { context, palette }: Painter,
  box: LaneBox,
  top: number,
  kind: MarkKind,
  x: number,
  weight: number,
): void {
  const wrong = weight >= Weight.WRONG;
  const colour = wrong ? palette.wrong : palette.marks[kind];
  const radius = Math.min(weight >= Weight.NOTABLE ? 4.5 : 3.5, box.row / 2 - 1.5);
  const y = top + box.row / 2;
  context.fillStyle = colour;
  context.strokeStyle = colour;
  context.lineWidth = wrong ? 2 : 1.5;
  drawGlyph(context, wrong ? "cross" : glyphOf(kind), x, y, radius);
  if (weight < Weight.VIOLATION) return;
  context.beginPath();
  context.arc(x, y, radius + 4, 0, 2 * Math.PI);
  context.stroke();
}

/** A mark with a length of its own. */
function paintBar(
  painter: Painter,
  box: LaneBox,
  top: number,
  mark: number,
  kind: MarkKind,
  weight: number,
  start: number,
  length: number,
): void {
  const { context, palette, view } = painter;
  const colour = weight >= Weight.WRONG && kind !== "down" ? palette.wrong : palette.marks[kind];
  // What lies outside is not drawn: a pattern or outline of millions of pixels is slow, and imprecise.
  const x = Math.max(start, -20);
  const width = Math.min(start + length, view.width + 20) - x;
  if (kind === "leads") {
    context.fillStyle = colour;
    context.fillRect(x, top + box.row - 2, width, 2);
    return;
  }
  const y = top + 1.5;
  const height = box.row - 3;
  if (HATCHED.has(kind)) {
    context.fillStyle = painter.hatch(colour);
    context.fillRect(x, y, width, height);
    context.strokeStyle = colour;
    context.lineWidth = 1;
    context.strokeRect(x + 0.5, y + 0.5, Math.max(0, width - 1), height - 1);
  } else if (OUTLINED.has(kind) || weight >= Weight.WRONG) {
    context.fillStyle = palette.surface;
    context.fillRect(x, y, width, height);
    context.strokeStyle = colour;
    context.lineWidth = 1.5;
    context.strokeRect(x + 0.75, y + 0.75, Math.max(0, width - 1.5), height - 1.5);
  } else {
    context.fillStyle = colour;
    context.fillRect(x, y, width, height);
  }
  const ending = weight >= Weight.WRONG && kind !== "down" && width > 14;
  if (ending) {
    context.strokeStyle = colour;
    context.lineWidth = 1.75;
    drawGlyph(context, "cross", x + width - 6, y + height / 2, 2.75);
  }
  if (width >= LABELLED && box.row >= LETTERS) {
    const light = HATCHED.has(kind) || OUTLINED.has(kind) || weight >= Weight.WRONG;
    paintLabel(painter, box.index, mark, Math.max(x, 0), width - (ending ? 12 : 0), y + height / 2, light);
  }
}

/** Letters of this size, in CSS pixels, take about so much room each. */
const LETTER = 5.6;
const WIDE_LETTER = 10;

function paintLabel(
  painter: Painter,
  lane: number,
  mark: number,
  x: number,
  width: number,
  y: number,
  light: boolean,
): void {
  const { context, palette } = painter;
  const text = cut(painter.label(lane, mark), width - 8);
  if (text === "") return;
  const { globalAlpha } = context;
  const steppedBack = globalAlpha < 1;
  // Letters of the surface's colour are lost on a bar that steps back; others are to be read even then.
  if (steppedBack && !light) return;
  if (steppedBack) context.globalAlpha = LABEL_OF_DIMMED;
  if (light) {
    context.fillStyle = palette.surface;
    context.fillRect(x + 2, y - 5, Math.min(width - 4, roomOf(text) + 4), 10);
  }
  context.fillStyle = light ? palette.ink : palette.surface;
  context.fillText(text, x + 4, y + 0.5);
  context.globalAlpha = globalAlpha;
}

/** About how many pixels a text takes. */
function roomOf(text: string): number {
  let room = 0;
  for (const letter of text) room += letter > "⺀" ? WIDE_LETTER : LETTER;
  return room;
}

/** As much of a text as there is room for. */
function cut(text: string, room: number): string {
  let kept = "";
  let left = room;
  for (const letter of text) {
    left -= letter > "⺀" ? WIDE_LETTER : LETTER;
    if (left < 0) return kept.length > 1 ? `${kept.slice(0, -1)}…` : "";
    kept += letter;
  }
  return kept;
}

/** What the selection and the search say of a mark: past below, future above, found around. */
function paintFlags(
  { context, palette, view }: Painter,
  box: LaneBox,
  top: number,
  x: number,
  width: number,
  flags: number,
): void {
  const left = Math.max(x, -20);
  const room = Math.max(3, Math.min(x + width, view.width + 20) - left);
  if ((flags & Flag.PAST) !== 0) {
    context.fillStyle = palette.past;
    context.fillRect(left, top + box.row - 1.5, room, 1.5);
  }
  if ((flags & Flag.FUTURE) !== 0) {
    context.fillStyle = palette.future;
    context.fillRect(left, top, room, 1.5);
  }
  if ((flags & Flag.FOUND) !== 0) {
    const height = Math.min(box.row - 1, FOUND);
    context.strokeStyle = palette.found;
    context.lineWidth = 1.25;
    context.strokeRect(left - 2, top + (box.row - height) / 2, room + 4, height);
  }
}
