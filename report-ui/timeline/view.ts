import { lengthOf, type Range } from "./range.ts";
import type { ScaleKind } from "./scales.ts";

/** A window onto the timeline, and the pixels that it fills. */
export interface View {
  readonly scale: ScaleKind;
  readonly range: Range;
  /** CSS pixels. */
  readonly width: number;
}

export function pixelsPerUnit({ range, width }: View): number {
  return width / lengthOf(range);
}

/** CSS pixels from the left edge of the window. */
export function toPixel(view: View, place: number): number {
  return (place - view.range.from) * pixelsPerUnit(view);
}

export function fromPixel(view: View, x: number): number {
  return view.range.from + x / pixelsPerUnit(view);
}
