import { markLabel } from "../../report/mark-label.ts";
import type { Language } from "../../report/messages/render.ts";
import type { Layout } from "./layout.ts";
import { paintArrows, paintDensity } from "./paint-arrows.ts";
import { paintStrip, type Painter } from "./paint-marks.ts";
import type { Palette } from "./palette.ts";
import type { TimelineModel } from "./timeline-model.ts";
import type { View } from "./view.ts";

const HATCH = 6;

/** Draws the timeline on one canvas, as often as asked. What stays the same from frame to frame is kept. */
export class TimelinePainter {
  private readonly context: CanvasRenderingContext2D;
  private readonly model: TimelineModel;
  private readonly hatches = new Map<string, CanvasPattern | string>();
  private readonly labels = new Map<number, string>();
  private palette: Palette;
  private language: Language;

  constructor(context: CanvasRenderingContext2D, model: TimelineModel, palette: Palette, language: Language) {
    this.context = context;
    this.model = model;
    this.palette = palette;
    this.language = language;
  }

  /** From now on with labels in another language. */
  speak(language: Language): void {
    this.language = language;
    this.labels.clear();
  }

  /** From now on with other colours. */
  set colours(palette: Palette) {
    this.palette = palette;
    this.hatches.clear();
  }

  /**
   * @param density pixels of the screen for each CSS pixel
   * @param focused whether what is not flagged steps back
   * @returns whether messages were few enough to be drawn one by one
   */
  paint(layout: Layout, view: View, density: number, focused: boolean, messages: boolean): boolean {
    const { context, model, palette } = this;
    context.setTransform(density, 0, 0, density, 0, 0);
    context.fillStyle = palette.surface;
    context.fillRect(0, 0, view.width, layout.height);
    context.font = `10.5px ${palette.font}`;
    context.textBaseline = "middle";
    const painter: Painter = {
      context,
      palette,
      view,
      focused,
      hatch: (colour) => this.hatch(colour),
      label: (lane, mark) => this.label(lane, mark),
    };
    this.paintLanes(layout, view);
    const network = layout.boxes.find(({ lane }) => lane.kind === "network");
    if (network !== undefined) paintDensity(painter, model, network);
    const few = !messages || paintArrows(painter, model, layout);
    for (const box of layout.boxes) {
      for (const strip of model.strips[box.index] ?? []) paintStrip(painter, box, strip);
    }
    return few;
  }

  private paintLanes({ boxes }: Layout, { width }: View): void {
    const { context, palette } = this;
    for (const { lane, y, height } of boxes) {
      if (lane.kind === "node" || lane.kind === "disk") {
        context.fillStyle = palette.band;
        context.fillRect(0, y, width, height);
      }
      // What belongs to one machine is not parted.
      if (lane.kind === "lsm") continue;
      context.fillStyle = palette.line;
      context.fillRect(0, y, width, 1);
    }
  }

  private hatch(colour: string): CanvasPattern | string {
    const known = this.hatches.get(colour);
    if (known !== undefined) return known;
    const tile = document.createElement("canvas");
    tile.width = tile.height = HATCH;
    const context = tile.getContext("2d");
    if (context === null) return colour;
    context.fillStyle = this.palette.surface;
    context.fillRect(0, 0, HATCH, HATCH);
    context.globalAlpha = 0.55;
    context.strokeStyle = colour;
    context.lineWidth = 1.25;
    context.beginPath();
    for (const shift of [-HATCH, 0, HATCH]) {
      context.moveTo(shift, HATCH);
      context.lineTo(shift + HATCH, 0);
    }
    context.stroke();
    const pattern = this.context.createPattern(tile, "repeat") ?? colour;
    this.hatches.set(colour, pattern);
    return pattern;
  }

  private label(lane: number, mark: number): string {
    const { model } = this;
    const rank = model.lanes.lanes[lane]?.marks.startRank[mark] ?? -1;
    const known = this.labels.get(rank);
    if (known !== undefined) return known;
    const record = model.records[rank];
    const label = record === undefined ? "" : markLabel(record, this.language);
    this.labels.set(rank, label);
    return label;
  }
}
