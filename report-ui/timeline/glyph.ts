import type { MarkKind } from "../../report/mark.ts";

/** The shape of a mark that is no longer than a moment: a kind is known by it, whatever its colour. */
export type Glyph =
  | "dot"
  | "ring"
  | "diamond"
  | "triangle"
  | "wedge"
  | "square"
  | "box"
  | "plus"
  | "minus"
  | "cross"
  | "bars"
  | "tick"
  | "flash";

const GLYPHS: Readonly<Record<MarkKind, Glyph>> = {
  fault: "flash",
  down: "cross",
  paused: "bars",
  leads: "diamond",
  role: "diamond",
  life: "triangle",
  failure: "cross",
  note: "dot",
  read: "ring",
  change: "dot",
  flush: "wedge",
  compaction: "square",
  stall: "bars",
  "file-added": "plus",
  "file-removed": "minus",
  version: "box",
  durable: "tick",
  lost: "cross",
  held: "bars",
  connection: "ring",
};

export function glyphOf(kind: MarkKind): Glyph {
  return GLYPHS[kind];
}

/** Adds a shape around (x, y) to the current path: `radius` reaches from its middle to its edge. */
function trace(path: CanvasPath, glyph: Glyph, x: number, y: number, radius: number): void {
  switch (glyph) {
    case "dot":
    case "ring":
      path.moveTo(x + radius, y);
      path.arc(x, y, radius, 0, 2 * Math.PI);
      break;
    case "diamond":
      path.moveTo(x, y - radius);
      path.lineTo(x + radius, y);
      path.lineTo(x, y + radius);
      path.lineTo(x - radius, y);
      path.closePath();
      break;
    case "triangle":
      path.moveTo(x - radius * 0.8, y - radius);
      path.lineTo(x + radius, y);
      path.lineTo(x - radius * 0.8, y + radius);
      path.closePath();
      break;
    case "wedge":
      path.moveTo(x - radius, y - radius * 0.8);
      path.lineTo(x + radius, y - radius * 0.8);
      path.lineTo(x, y + radius);
      path.closePath();
      break;
    case "square":
    case "box":
      path.rect(x - radius * 0.85, y - radius * 0.85, radius * 1.7, radius * 1.7);
      break;
    case "flash":
      path.moveTo(x + radius * 0.4, y - radius);
      path.lineTo(x - radius * 0.7, y + radius * 0.2);
      path.lineTo(x, y + radius * 0.2);
      path.lineTo(x - radius * 0.4, y + radius);
      path.lineTo(x + radius * 0.7, y - radius * 0.2);
      path.lineTo(x, y - radius * 0.2);
      path.closePath();
      break;
    case "plus":
      path.moveTo(x - radius, y);
      path.lineTo(x + radius, y);
      path.moveTo(x, y - radius);
      path.lineTo(x, y + radius);
      break;
    case "minus":
      path.moveTo(x - radius, y);
      path.lineTo(x + radius, y);
      break;
    case "cross":
      path.moveTo(x - radius, y - radius);
      path.lineTo(x + radius, y + radius);
      path.moveTo(x + radius, y - radius);
      path.lineTo(x - radius, y + radius);
      break;
    case "bars":
      path.moveTo(x - radius * 0.5, y - radius);
      path.lineTo(x - radius * 0.5, y + radius);
      path.moveTo(x + radius * 0.5, y - radius);
      path.lineTo(x + radius * 0.5, y + radius);
      break;
    case "tick":
      path.moveTo(x, y - radius * 0.6);
      path.lineTo(x, y + radius * 0.6);
      break;
  }
}

/** Shapes that are lines, not areas. */
const LINES: ReadonlySet<Glyph> = new Set(["ring", "box", "plus", "minus", "cross", "bars", "tick"]);

/** Draws a shape in the colours that are set. */
export function drawGlyph(context: CanvasRenderingContext2D, glyph: Glyph, x: number, y: number, radius: number): void {
  context.beginPath();
  trace(context, glyph, x, y, radius);
  if (LINES.has(glyph)) context.stroke();
  else context.fill();
}
